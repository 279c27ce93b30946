"""Tells each task as a line of JSON: what the builder shows as progress and keeps as a report."""
from __future__ import annotations

DOCUMENTATION = """
name: imageoperator
type: stdout
short_description: tasks as lines of JSON
description: Each line begins with the mark of the run.
author: ImageOperator
"""

import json
import os
import sys

from ansible.plugins.callback import CallbackBase

MARK = os.environ.get("IMAGEOPERATOR_MARK", "")


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "imageoperator"

    def _tell(self, kind, **fields):
        # What is not UTF-8 Ansible keeps as halves of surrogates, which are no text.
        fields = {name: value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value for name, value in fields.items()}
        sys.stdout.write("%s %s\n" % (MARK, json.dumps(dict(kind=kind, **fields), default=str)))
        sys.stdout.flush()

    def _result(self, kind, result, ignored=False):
        value = result._result
        hidden = value.get("_ansible_no_log") or getattr(result._task, "no_log", False)
        fields = {"task": result._task.get_name().strip(), "ignored": bool(ignored), "changed": bool(value.get("changed"))}
        if hidden:
            fields["message"] = "hidden by no_log"
        else:
            message = value.get("msg") or value.get("reason") or ""
            if not message and value.get("results"):
                message = "; ".join(str(r.get("msg", "")) for r in value["results"] if isinstance(r, dict) and r.get("failed"))
            fields["message"] = str(message)
            if kind in ("failed", "unreachable"):
                for name in ("stderr", "module_stderr", "stdout", "module_stdout"):
                    text = value.get(name)
                    if text:
                        fields["detail"] = str(text)[-2000:]
                        break
                if "rc" in value:
                    fields["rc"] = value["rc"]
            elif self._display.verbosity >= 1:
                fields["detail"] = self._dump_results(value)[:8000]
        self._tell(kind, **fields)

    def v2_playbook_on_play_start(self, play):
        self._tell("play", name=play.get_name().strip())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._tell("task", name=task.get_name().strip())

    def v2_playbook_on_handler_task_start(self, task):
        self._tell("task", name=task.get_name().strip())

    def v2_runner_on_ok(self, result):
        self._result("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result("failed", result, ignore_errors)

    def v2_runner_on_unreachable(self, result):
        self._result("unreachable", result)

    def v2_runner_on_skipped(self, result):
        self._tell("skipped", task=result._task.get_name().strip())

    def v2_runner_retry(self, result):
        self._tell("retry", task=result._task.get_name().strip(), message="attempt %s" % result._result.get("attempts"))

    def v2_on_file_diff(self, result):
        if self._display.verbosity < 1 and not getattr(result._task, "diff", False):
            return
        if result._result.get("diff") and not result._result.get("_ansible_no_log"):
            self._tell("diff", message=self._get_diff(result._result["diff"])[:8000])

    def v2_playbook_on_no_hosts_matched(self):
        self._tell("note", message="no host of the inventory matches this play")

    def v2_playbook_on_stats(self, stats):
        totals = {"ok": 0, "changed": 0, "failures": 0, "unreachable": 0, "skipped": 0, "rescued": 0, "ignored": 0}
        for host in stats.processed:
            summary = stats.summarize(host)
            for name in totals:
                totals[name] += summary.get(name, 0)
        self._tell("stats", **totals)
