"""Every operation of the library has a command: the table that says which.

A function that a person could want and that has no command is a gap, and so is a
command that is not in the table. Functions that serve others are listed as such.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from codex_cli.command_tree import command_tree

ROOT = Path(__file__).parents[1] / "codex_lib"
OPERATIONS = {
    "catalog.libraries.list_libraries": "libraries list",
    "catalog.libraries.create_library": "libraries create",
    "catalog.libraries.update_library": "libraries update",
    "catalog.libraries.delete_library": "libraries delete",
    "catalog.names.find_library": "libraries show",
    "catalog.series.list_series": "series list",
    "catalog.series.search_series": "series search",
    "catalog.series_metadata.update_series": "series update",
    "catalog.series_metadata.get_series_locks": "series metadata",
    "catalog.series_metadata.set_series_locks": "series lock",
    "catalog.full_metadata.get_series_metadata": "series metadata",
    "catalog.full_metadata.update_series_metadata": "series update",
    "catalog.full_metadata.replace_series_metadata": "series update",
    "catalog.series.list_people": "series show",
    "catalog.names.find_series": "series show",
    "catalog.bulk_edit.export_series": "series export",
    "catalog.bulk_edit.apply_series": "series apply",
    "scanning.purge.purge_series": "series purge",
    "catalog.books.list_books": "books list",
    "catalog.books.search_books": "books search",
    "catalog.metadata.get_book_detail": "books show",
    "catalog.metadata.update_book": "books update",
    "catalog.metadata.replace_book_metadata": "books update",
    "catalog.metadata.get_book_locks": "books explain",
    "catalog.metadata.set_book_locks": "books lock",
    "catalog.explain.explain_book": "books explain",
    "catalog.adjacent.adjacent_books": "books adjacent",
    "catalog.bulk_edit.export_books": "books export",
    "catalog.bulk_edit.apply_books": "books apply",
    "catalog.names.find_book": "books show",
    "catalog.pages.list_pages": "pages list",
    "catalog.pages.get_page": "pages get",
    "catalog.covers.get_book_cover": "covers get",
    "catalog.covers.get_series_cover": "covers get",
    "catalog.cover_making.generate_covers": "covers generate",
    "catalog.image_cache.image_caches": "thumbnails show",
    "catalog.chosen_covers.list_covers": "covers list",
    "catalog.chosen_covers.get_cover_image": "covers get",
    "catalog.chosen_covers.add_series_cover": "covers set",
    "catalog.chosen_covers.add_book_cover": "covers set",
    "catalog.chosen_covers.select_cover": "covers select",
    "catalog.chosen_covers.set_cover_source": "covers select",
    "catalog.chosen_covers.reset_series_cover": "covers reset",
    "catalog.chosen_covers.delete_book_cover": "covers reset",
    "catalog.chosen_covers.delete_cover": "covers delete",
    "catalog.taxonomy.list_terms": "genres list",
    "catalog.series_terms.get_series_terms": "genres list",
    "catalog.series_terms.set_series_terms": "series update",
    "catalog.series_terms.add_series_term": "genres add",
    "catalog.series_terms.remove_series_term": "genres remove",
    "catalog.taxonomy.rename_term": "genres rename",
    "catalog.taxonomy.merge_terms": "genres merge",
    "catalog.taxonomy.unmerge_term": "genres unmerge",
    "catalog.taxonomy.delete_term": "genres delete",
    "catalog.taxonomy.cleanup_terms": "genres cleanup",
    "catalog.titles.list_alternate_titles": "titles list",
    "catalog.titles.create_alternate_title": "titles add",
    "catalog.titles.update_alternate_title": "titles update",
    "catalog.titles.delete_alternate_title": "titles delete",
    "catalog.ratings.list_ratings": "ratings list",
    "catalog.ratings.get_rating": "ratings show",
    "catalog.ratings.average_rating": "ratings show",
    "catalog.ratings.set_rating": "ratings set",
    "catalog.ratings.delete_rating": "ratings clear",
    "catalog.links.list_external_links": "links list",
    "catalog.links.set_external_link": "links set",
    "catalog.links.delete_external_link": "links delete",
    "catalog.external_ratings.list_external_ratings": "external-ratings list",
    "catalog.external_ratings.set_external_rating": "external-ratings set",
    "catalog.external_ratings.delete_external_rating": "external-ratings delete",
    "events.outbox.event_data": "events watch",
    "catalog.check.check_catalog": "db check",
    "db.maintenance.catalog_info": "db info",
    "db.maintenance.backup_catalog": "db backup",
    "db.maintenance.restore_catalog": "db restore",
    "db.maintenance.vacuum_catalog": "db vacuum",
    "config.load.config_rows": "config show",
    "reading.progress.list_progress": "progress list",
    "reading.progress.list_currently_reading": "progress list",
    "reading.progress.get_progress": "progress show",
    "reading.progress.set_progress": "progress set",
    "reading.progress.delete_progress": "progress clear",
    "reading.progress.mark_book_read": "books read",
    "reading.progress.mark_series_read": "series read",
    "reading.progress.mark_series_unread": "series unread",
    "reading.lists.books_in_progress": "books reading",
    "reading.lists.books_on_deck": "books on-deck",
    "reading.lists.books_recently_read": "books recently-read",
    "reading.lists.series_in_progress": "series reading",
    "scanning.scan.scan_library": "scan",
    "tasks.direct_scan.scan_now": "scan",
    "tasks.scans.start_scan": "scan",
    "tasks.scans.scan_status": "scan",
    "tasks.scans.cancel_scan": "scan",
    "tasks.scans.active_scans": "scan",
    "tasks.scans.last_result": "scan",
    "tasks.schedules.list_schedules": "schedule list",
    "scanning.scan.plan_library": "scan",
    "scanning.preview.preview_library": "libraries preview",
    "scanning.purge.purge_library": "libraries purge",
    "scanning.purge.list_deleted_books": "libraries purge",
    "scanning.purge.list_emptied_series": "libraries purge",
    "demo.library.make_demo_library": "demo",
    "accounts.users.list_users": "users list",
    "accounts.users.create_user": "users create",
    "accounts.users.update_user": "users update",
    "accounts.users.delete_user": "users delete",
    "accounts.passwords.hash_password": "users passwd",
    "accounts.names.find_user": "users show",
    "accounts.api_keys.list_api_keys": "api-keys list",
    "accounts.api_keys.create_api_key": "api-keys create",
    "accounts.api_keys.update_api_key": "api-keys update",
    "accounts.api_keys.delete_api_key": "api-keys revoke",
    "accounts.names.find_api_key": "api-keys show",
    "scanning.verify.verify_books": "books verify",
    "formats.soundness.find_problems": "libraries verify",
    "scanning.reanalyze.analyze_books": "books analyze",
    "tasks.analysis.start_analysis": "series analyze",
    "catalog.duplicates.list_duplicates": "duplicates list",
    "catalog.duplicates.dismiss_duplicate": "duplicates dismiss",
    "scanning.duplicates.find_duplicates": "duplicates scan",
    "catalog.orphaned_covers.list_orphaned_covers": "covers cleanup",
    "catalog.orphaned_covers.cleanup_orphaned_covers": "covers cleanup",
    "tasks.queue.enqueue": "tasks add",
    "tasks.queue.cancel_task": "tasks cancel",
    "tasks.queue.retry_task": "tasks retry",
    "tasks.queue.unlock_task": "tasks unlock",
    "tasks.queue.purge_tasks": "tasks purge",
    "tasks.queue.nuke_tasks": "tasks nuke",
    "tasks.tasks.find_task": "tasks show",
    "tasks.tasks.list_tasks": "tasks list",
    "tasks.tasks.task_stats": "tasks stats",
    "events.outbox.read_events": "tasks watch",
    "tasks.worker.run_worker": "worker",
    "api.server.run_server": "serve",
    "api.openapi.build_openapi": "openapi export",
}
# Commands about the program itself, which no function of the library stands for.
OF_THE_TERMINAL = {
    *("thumbnails generate", "thumbnails clear"),
    *("covers show", "doctor", "config path"),
    "books unread",  # progress clear, of several books
    "libraries analyze",  # books analyze, of many
    *("series unlock", "books unlock"),  # lock, the other way round
    # The same functions, called with another noun.
    *(f"tags {name[7:]}" for name in OPERATIONS.values() if name[:7] == "genres "),
}
VERBS = ("list_", "search_", "create_", "update_", "delete_", "explain_", "scan_")
# Functions with such a verb that only serve the operations above.
SERVANTS = {
    *("catalog.listing.list_ids", "catalog.shelf_index.lists.list_by_memory"),
    "scanning.lock.scan_lock",
    # A session's token and a mail's: what signing in and registering begin.
    *("accounts.tokens.create_token", "accounts.verification.create_verification"),
}


def commands(page):
    if not page.commands:
        yield " ".join(page.path)
    for child in page.commands:
        yield from commands(child)


COMMANDS = set(commands(command_tree()))


def functions():
    for path in ROOT.glob("**/*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                yield f"{module}.{node.name}"


FUNCTIONS = set(functions())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_has_its_command(operation):
    assert operation in FUNCTIONS
    assert OPERATIONS[operation] in COMMANDS


def test_every_command_stands_for_an_operation():
    assert set(OPERATIONS.values()) == COMMANDS - OF_THE_TERMINAL


def test_no_operation_was_forgotten():
    packages = ("catalog.", "scanning.", "reading.", "accounts.", "tasks.")
    found = {
        name
        for name in FUNCTIONS
        if name.startswith(packages) and name.rpartition(".")[2].startswith(VERBS)
    }
    assert not found - OPERATIONS.keys() - SERVANTS
