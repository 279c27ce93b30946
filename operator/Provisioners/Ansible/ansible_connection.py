"""Ansible's way to the machine: the builder's own session, asked over a Unix socket."""
from __future__ import annotations

DOCUMENTATION = """
name: imageoperator
short_description: the session of an ImageOperator build
description: Commands and files go through the session that the builder has; nothing else is opened to the machine.
author: ImageOperator
options:
  bridge:
    description: the builder's socket
    type: str
    required: true
    env: [{name: IMAGEOPERATOR_BRIDGE}]
"""

import base64
import json
import os
import socket

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.text.converters import to_bytes, to_text
from ansible.plugins.connection import ConnectionBase


class Connection(ConnectionBase):
    transport = "imageoperator"
    has_pipelining = True
    allow_extras = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._socket = None
        self._file = None

    def _connect(self):
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.connect(self.get_option("bridge"))
            self._file = self._socket.makefile("rwb")
            self._connected = True
        return self

    def _ask(self, **question):
        self._connect()
        try:
            self._file.write(to_bytes(json.dumps(question)) + b"\n")
            self._file.flush()
            line = self._file.readline()
        except OSError as error:
            raise AnsibleConnectionFailure("the builder does not answer: %s" % error)
        if not line:
            raise AnsibleConnectionFailure("the builder has ended the step")
        answer = json.loads(line)
        if "broken" in answer:
            raise AnsibleConnectionFailure(answer["broken"])
        if "error" in answer:
            raise AnsibleError(answer["error"])
        return answer

    def exec_command(self, cmd, in_data=None, sudoable=True):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        given = None if in_data is None else base64.b64encode(to_bytes(in_data, nonstring="passthru")).decode()
        answer = self._ask(op="exec", cmd=to_text(cmd), input=given)
        return answer["rc"], base64.b64decode(answer["out"]), base64.b64decode(answer["err"])

    def put_file(self, in_path, out_path):
        super().put_file(in_path, out_path)
        self._ask(op="put", here=os.path.abspath(to_text(in_path)), there=to_text(out_path))

    def fetch_file(self, in_path, out_path):
        super().fetch_file(in_path, out_path)
        self._ask(op="fetch", there=to_text(in_path), here=os.path.abspath(to_text(out_path)))

    def reset(self):
        self.close()

    def close(self):
        if self._socket is not None:
            self._file.close()
            self._socket.close()
            self._socket = None
        self._connected = False
