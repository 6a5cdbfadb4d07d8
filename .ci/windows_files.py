"""Which files of the suite are not run on Windows, and why (``windows.py``)."""

from __future__ import annotations

UNSEEN = (
    "test_cli", "test_coverage", "test_custody", "test_custody_families", "test_demo_office", "test_forecast", "test_forms", "test_gate_states",
    "test_handing_in", "test_hostile", "test_hub_anchor", "test_hub_console", "test_hub_database", "test_hub_originals",
    "test_hub_owning", "test_hub_parcels", "test_installation_key", "test_listing", "test_officer", "test_officers_jobs",
    "test_officers_start", "test_pack_verifiers", "test_plugins", "test_report_policy", "test_ruleset",
    "test_scan", "test_telling", "test_transaction", "test_witness",
)  # fmt: skip
"""Most start the program for each of their tests; ``windows.py tests`` runs everything."""
SLOW = (
    "test_correct", "test_correct_bound", "test_hub_chaos", "test_hub_office", "test_hub_planted", "test_officers_planted",
    "test_officers_tls", "test_timestamps",
)  # fmt: skip
"""Files all of whose tests are slow ones, which no quick run has on any system."""
_PAGES = "words, columns and days of pages, made of an inventory in the same process: none of them asks the system"
_OFFICERS = (
    "what the officers' pages show and take, asked in the same process; how they are started, bounded and kept is run"
)
_DETECTORS = "texts in memory and what the detectors say of them; the vectors and columns of the detectors are run"
SAME_EVERYWHERE = {
    **dict.fromkeys((
        "test_filling_in", "test_incident", "test_law", "test_layout", "test_letters", "test_monthly",
        "test_original_names", "test_overview", "test_pages", "test_standing", "test_story", "test_templates",
    ), _PAGES),
    **dict.fromkeys((
        "test_officers_access", "test_officers_acts", "test_officers_attacks", "test_officers_browser", "test_officers_entries",
        "test_officers_identity", "test_officers_incidents", "test_officers_inputs", "test_officers_links", "test_officers_pages", "test_officers_papers", "test_officers_passkeys",
        "test_officers_newcomer", "test_officers_numbers", "test_officers_plans", "test_officers_several",
    ), _OFFICERS),
    **dict.fromkeys(("test_linear", "test_names_daily", "test_rosters"), _DETECTORS),
    "test_glossary": "reads the texts of the repository",
    "test_needs": "reads the texts of the repository",
    "test_languages": "the words of every help and form, which come from the same files; it starts the program hundreds of times",
    "test_package": "parts of the build of the package, which runs on Linux",
}  # fmt: skip
"""Files whose tests say nothing about Windows, with the reason: nothing in them asks for paths, processes, rights or locks."""
_SERVERS = "the servers of a cluster run on Linux; its scheduler does not get past the setting of its clock under Wine"
LEFT_OUT = {
    "test_cluster": _SERVERS,
    "test_cluster_credentials": _SERVERS,
    "test_cluster_hosts": _SERVERS,
    "test_cluster_messages": _SERVERS,
    "test_cluster_roles": _SERVERS,
    "test_cluster_share": _SERVERS,
    "test_opening": "Windows has no locks of a whole process that closing takes along",
    "test_suite": "asks how the suite itself is run",
    "test_other_verifier": "builds a program in Go, on Linux",
    "test_smb": "starts a Samba server",
    "test_leak": "passes here, but looks for every value in every file of the state: too long for the share of the gate",
    **SAME_EVERYWHERE,
    **dict.fromkeys(SLOW, "has slow tests alone, not seen to pass here (``windows.py --slow FILE``)"),
    **dict.fromkeys(UNSEEN, "has not been seen to pass here as a whole"),
}
"""Files that are not run here, with the reason."""
