-- The database of one cluster: who may do what. Run once with psql by the keeper of the server, in an instance of its own.
-- Everything that lies here is sealed for the two processes that speak with each other; the server sees sizes and times.
\set ON_ERROR_STOP on
create role sekisho_owner nologin;
create role sekisho_workers nologin;
create role sekisho_coordinator login connection limit 1;
create database sekisho_cluster owner sekisho_owner template template0 encoding 'UTF8';
\connect sekisho_cluster
revoke all on database sekisho_cluster from public;
grant connect on database sekisho_cluster to sekisho_workers, sekisho_coordinator;
revoke all on schema public from public;
revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) from public;
create schema cluster authorization sekisho_owner;
set role sekisho_owner;

create function cluster.version() returns integer language sql immutable as 'select 1';

-- Unlogged: disposable, and gone after a crash. The inventory of the coordinator alone says what is done.
create unlogged table cluster.scan (
    one boolean primary key default true check (one),
    pid integer not null default pg_backend_pid(),
    id bytea not null check (octet_length(id) = 16)
);
create unlogged table cluster.worker (
    name text primary key,
    pid integer not null,
    hello bytea not null check (octet_length(hello) <= 8192)
);
create unlogged table cluster.message (
    number bigint primary key,
    worker text not null,
    pid integer not null,
    body bytea not null check (octet_length(body) <= 16777216)
);
create unlogged table cluster.answer (
    number bigint not null references cluster.message on delete cascade,
    part smallint not null check (part between 0 and 127),
    last boolean not null,
    body bytea not null check (octet_length(body) <= 8400000),
    primary key (number, part)
);

-- What a worker can do: four functions, which look at nothing but what belongs to its own session.
create function cluster.hello(said bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from cluster.message where worker = session_user;
    insert into cluster.worker values (session_user, pg_backend_pid(), said)
        on conflict (name) do update set pid = excluded.pid, hello = excluded.hello;
    select pg_notify('sekisho_coordinator', '');
$$;

create function cluster.scanning() returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s.id from cluster.scan s join pg_stat_activity a on a.pid = s.pid and a.usename = 'sekisho_coordinator';
$$;

create function cluster.receive(after bigint) returns table (number bigint, body bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select m.number, m.body from cluster.message m
        where m.worker = session_user and m.pid = pg_backend_pid() and m.number > after
        order by m.number limit 4;
$$;

create function cluster.answer(to_message bigint, part integer, last boolean, body bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform from cluster.message m
        where m.number = to_message and m.worker = session_user and m.pid = pg_backend_pid() for key share;
    if not found then
        raise insufficient_privilege using message = 'not a message to this worker';
    end if;
    if exists (select from cluster.answer a where a.number = to_message and a.last) then
        raise unique_violation using message = 'answered already';
    end if;
    insert into cluster.answer values (to_message, part, last, body);
    perform pg_notify('sekisho_coordinator', '');
end;
$$;

revoke execute on all functions in schema cluster from public;
grant usage on schema cluster to sekisho_workers, sekisho_coordinator;
grant execute on function cluster.version() to sekisho_workers, sekisho_coordinator;
grant execute on function cluster.hello(bytea), cluster.scanning(), cluster.receive(bigint),
    cluster.answer(bigint, integer, boolean, bytea) to sekisho_workers;

-- What the coordinator can do: hand out, read what came, clear away.
grant select, insert, delete on cluster.scan, cluster.message to sekisho_coordinator;
grant select, delete on cluster.worker, cluster.answer to sekisho_coordinator;
reset role;
