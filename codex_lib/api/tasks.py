"""/tasks: the work in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta, Struct

from codex_lib import clock
from codex_lib.accounts.permissions import Permission
from codex_lib.accounts.times import parse_time
from codex_lib.api.calls import call
from codex_lib.api.endpoint import endpoint
from codex_lib.api.lists import Limited, Page, limited, page_or_array
from codex_lib.errors import InvalidError
from codex_lib.tasks.queue import (
    cancel_task,
    enqueue,
    nuke_tasks,
    purge_tasks,
    retry_task,
    unlock_task,
)
from codex_lib.tasks.tasks import Task, TaskStats, get_task, list_tasks, task_stats

if TYPE_CHECKING:
    from falcon.asgi import Response

    from codex_lib.api.requests import Request

TAG = "Tasks"
DEFAULT_LIMIT = 50
ENTITIES = ("library_id", "series_id", "book_id")
CAMEL = {"libraryId": "library_id", "seriesId": "series_id", "bookId": "book_id"}


class TaskQuery(Limited, kw_only=True):
    """Which tasks."""

    status: (
        Annotated[
            str,
            Meta(
                description="pending, processing (or running), completed, failed,"
                " cancelled; of another there are none."
            ),
        ]
        | None
    ) = None
    task_type: str | None = None


class PurgeQuery(Struct):
    """What is old enough."""

    days: Annotated[
        int, Meta(ge=0, le=36500, description="Ended more days ago than this.")
    ] = 30


class NewTask(Struct):
    """What is to be done."""

    task_type: Annotated[
        str | dict[str, Any],
        Meta(
            description="The type; or an object with type, the id of what it is about"
            " (library_id, series_id or book_id) and parameters of the type."
        ),
    ]
    priority: (
        Annotated[
            int,
            Meta(
                ge=-1000,
                le=1000,
                description="Of two tasks of a type the one with more goes first.",
            ),
        ]
        | None
    ) = None
    scheduled_for: (
        Annotated[
            str,
            Meta(
                description="Not before this time; now if it is left out.",
                extra_json_schema={"format": "date-time"},
            ),
        ]
        | None
    ) = None


class NewTaskId(Struct):
    """The task that was queued, or that was there already."""

    task_id: str


class TaskMessage(Struct):
    """What happened to the task."""

    message: str


class DeletedTasks(Struct):
    """How many tasks were forgotten."""

    deleted: int


class Tasks:
    """/tasks."""

    @endpoint(
        Permission.TASKS_READ, tag=TAG, query=TaskQuery, reply=Page[Task] | list[Task]
    )
    async def on_get(
        self, req: Request, resp: Response, query: TaskQuery
    ) -> Page[Task] | list[Task]:
        """List tasks, newest first.

        50 unless limit says another number; a page if page or page_size is given.
        """
        listing = await call(
            req,
            list_tasks,
            limited(req, query, default=DEFAULT_LIMIT),
            status=query.status,
            task_type=query.task_type,
        )
        return page_or_array(query, listing)

    @endpoint(
        Permission.TASKS_WRITE, tag=TAG, body=NewTask, reply=NewTaskId, errors=(404,)
    )
    async def on_post(self, req: Request, resp: Response, body: NewTask) -> NewTaskId:
        """Queue a task.

        A task of the same type for the same thing is there once: if one waits or runs
        already, its id is answered.
        """
        now = clock.now()
        due = body.scheduled_for
        task_id = await call(
            req,
            enqueue,
            **wanted_task(body.task_type),
            priority=body.priority,
            scheduled_for=due and parse_time("scheduled_for", due),
            now=now,
        )
        return NewTaskId(task_id)


def wanted_task(given: str | dict[str, Any]) -> dict[str, Any]:
    """Return a task's type, entity and parameters. Raises InvalidError."""
    if isinstance(given, str):
        return {"task_type": given}
    rest = {CAMEL.get(name, name): value for name, value in given.items()}
    names = ("type", *ENTITIES)
    found = {name: rest.pop(name) for name in names if rest.get(name) is not None}
    for name in names:
        if not isinstance(found.get(name, ""), str):
            raise InvalidError(f"task_type.{name}", "must be a text")
    if "type" not in found:
        raise InvalidError("task_type.type", "is missing")
    params = {name: value for name, value in rest.items() if name not in names}
    return {"task_type": found.pop("type"), **found, "params": params}


class OneTask:
    """/tasks/{id}."""

    @endpoint(Permission.TASKS_READ, tag=TAG, reply=Task, errors=(404,))
    async def on_get(self, req: Request, resp: Response, task_id: str) -> Task:
        """Show one task: how far it is, how it ended."""
        return await call(req, get_task, task_id)


class CancelTask:
    """/tasks/{id}/cancel."""

    @endpoint(Permission.TASKS_WRITE, tag=TAG, reply=TaskMessage, errors=(404,))
    async def on_post(self, req: Request, resp: Response, task_id: str) -> TaskMessage:
        """Cancel a task.

        One that waits is cancelled at once, one that runs stops within a second or so;
        what it has done stays. 400 if it has completed or failed.
        """
        task = await call(req, cancel_task, task_id, now=clock.now())
        stopping = "Task is being cancelled"
        return TaskMessage(stopping if task.is_cancel_wanted else "Task cancelled")


class RetryTask:
    """/tasks/{id}/retry."""

    @endpoint(Permission.TASKS_WRITE, tag=TAG, reply=TaskMessage, errors=(404,))
    async def on_post(self, req: Request, resp: Response, task_id: str) -> TaskMessage:
        """Let a task that failed run again, with all its attempts.

        400 unless it has failed, or waits for its next attempt.
        """
        await call(req, retry_task, task_id, now=clock.now())
        return TaskMessage("Task queued again")


class UnlockTask:
    """/tasks/{id}/unlock."""

    @endpoint(Permission.TASKS_WRITE, tag=TAG, reply=TaskMessage, errors=(404,))
    async def on_post(self, req: Request, resp: Response, task_id: str) -> TaskMessage:
        """Take a task from a worker that hangs, and let it run again.

        A worker that died loses its tasks by itself. 400 if the task has ended.
        """
        await call(req, unlock_task, task_id, now=clock.now())
        return TaskMessage("Task unlocked")


class StatsOfTasks:
    """/tasks/stats."""

    @endpoint(Permission.TASKS_READ, tag=TAG, reply=TaskStats)
    async def on_get(self, req: Request, resp: Response) -> TaskStats:
        """Count the tasks, all and by type.

        stale are those under way whose worker has given no sign of life for ten
        minutes.
        """
        return await call(req, task_stats, now=clock.now())


class PurgeTasks:
    """/tasks/purge."""

    @endpoint(Permission.TASKS_WRITE, tag=TAG, query=PurgeQuery, reply=DeletedTasks)
    async def on_delete(
        self, req: Request, resp: Response, query: PurgeQuery
    ) -> DeletedTasks:
        """Forget the tasks that ended some days ago."""
        now = clock.now()
        return DeletedTasks(await call(req, purge_tasks, days=query.days, now=now))


class NukeTasks:
    """/tasks/nuke."""

    @endpoint(Permission.SYSTEM_ADMIN, tag=TAG, reply=DeletedTasks)
    async def on_delete(self, req: Request, resp: Response) -> DeletedTasks:
        """Forget all tasks, those that wait and run as well; for admins.

        What runs stops.
        """
        return DeletedTasks(await call(req, nuke_tasks, now=clock.now()))
