import base64

import pytest

from codex_lib import clock
from codex_lib.accounts.api_keys import create_api_key, get_api_key, update_api_key
from codex_lib.accounts.permissions import Permission
from codex_lib.accounts.users import delete_user, update_user
from codex_lib.api.endpoint import SIGNED_IN, endpoint
from codex_lib.config.definitions import Config
from tests_api import PASSWORD
