"""What SQLite has and PostgreSQL does not, as functions beside the tables. Each means what https://www.sqlite.org/lang_corefunc.html
and https://www.sqlite.org/json1.html say, for the types that the program uses."""

from __future__ import annotations

SCRIPT = r"""
create function sq_int(anyelement) returns bigint language sql immutable strict as $$
  select least(greatest(coalesce(substring($1::text from '^\s*([+-]?[0-9]{1,40})'), '0')::numeric, -9223372036854775808),
    9223372036854775807)::bigint $$;
create function sq_json(text, text[]) returns jsonb language sql immutable strict as $$
  select nullif($1::jsonb #> $2, 'null'::jsonb) $$;
create function sq_path(text) returns text[] language sql immutable strict as $$ select string_to_array(substr($1, 3), '.') $$;
create function sq_value(text) returns jsonb language sql immutable as $$ select to_jsonb($1) $$;
create function sq_value(bigint) returns jsonb language sql immutable as $$ select to_jsonb($1) $$;
create function sq_value(double precision) returns jsonb language sql immutable as $$ select to_jsonb($1) $$;
create function sq_value(jsonb) returns jsonb language sql immutable as $$ select $1 $$;
create function sq_number(jsonb) returns bigint language sql immutable strict as $$
  select case when jsonb_typeof($1) in ('number', 'string') and $1 #>> '{}' ~ '^-?[0-9]{1,18}$' then ($1 #>> '{}')::bigint end $$;
create function sq_text(jsonb) returns text language sql immutable strict as $$
  select case $1 when 'true'::jsonb then '1' when 'false'::jsonb then '0' else $1 #>> '{}' end $$;
create function sq_text(text) returns text language sql immutable strict as $$ select $1 $$;
create function sq_glob(text, text) returns boolean language sql immutable strict as $$
  select $1 ~ ('^' || replace(replace(regexp_replace($2, '([.+^$(){}|\\])', '\\\1', 'g'), '*', '.*'), '?', '.') || '$') $$;
create function sq_glob(bytea, text) returns boolean language sql immutable strict as $$
  select sq_glob(convert_from($1, 'UTF8'), $2) $$;
create function sq_part(text, bigint, bigint) returns text language sql immutable strict as $$
  select case when $2 < 0 then substr(right($1, (-$2)::int), 1, $3::int) else substr($1, $2::int, $3::int) end $$;
create function sq_part(text, bigint) returns text language sql immutable strict as $$
  select case when $2 < 0 then right($1, (-$2)::int) else substr($1, $2::int) end $$;
create function sq_part(bytea, bigint, bigint) returns bytea language sql immutable strict as $$
  select substr($1, (case when $2 < 0 then greatest(length($1) + $2 + 1, 1) else $2 end)::int, $3::int) $$;
create function sq_part(bytea, bigint) returns bytea language sql immutable strict as $$
  select substr($1, (case when $2 < 0 then greatest(length($1) + $2 + 1, 1) else $2 end)::int) $$;
create function sq_at(text, text) returns bigint language sql immutable strict as $$ select strpos($1, $2)::bigint $$;
create function sq_at(bytea, bytea) returns bigint language sql immutable strict as $$ select position($2 in $1)::bigint $$;
create function sq_hex(bytea) returns text language sql immutable as $$ select coalesce(upper(encode($1, 'hex')), '') $$;
create function sq_each(text) returns table (key text, value jsonb) language sql immutable strict as $$
  select (n - 1)::text, v from jsonb_array_elements(case when jsonb_typeof($1::jsonb) = 'array' then $1::jsonb else '[]' end)
    with ordinality e(v, n)
  union all
  select k, v from jsonb_each(case when jsonb_typeof($1::jsonb) = 'object' then $1::jsonb else '{}' end) o(k, v) $$;
"""
