"""The connection type "Exact Online" of Airflow: the fields of its form, and its hook.

Every process of Airflow runs this, so it imports nothing.
"""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """Return the description of our provider in the form that Airflow's providers manager reads."""
    return {
        "package-name": "exact-online-provider",
        "name": "Exact Online",
        "description": "The REST API of Exact Online",
        "connection-types": [
            {
                "connection-type": "exact_online",
                "hook-class-name": "exact_online.hook.ExactOnlineHook",
                "hook-name": "Exact Online",
                "ui-field-behaviour": {
                    "hidden-fields": ["schema", "extra"],
                    "relabeling": {"host": "Base URL", "login": "Client ID", "password": "Client secret"},
                    "placeholders": {
                        "host": "https://start.exactonline.nl",
                        "port": "443",
                        "login": "00000000-0000-0000-0000-000000000000",
                    },
                },
                "conn-fields": {
                    "token_keys": {
                        "label": "Token keys",
                        "description": "Fernet keys, separated by commas: "
                        "the first encrypts the tokens in the ledger, all decrypt",
                        "schema": {"type": ["string", "null"], "format": "password"},
                    },
                    "entry_url": {
                        "label": "Address of an entry",
                        "description": "Where Exact shows an entry, with {division} and {entry_id}; "
                        "empty: the financial menu of the division",
                        "schema": {"type": ["string", "null"], "pattern": "^https?://"},
                    },
                    "calls_per_minute": {
                        "label": "Calls per minute",
                        "description": "Assumed for a division until Exact says what its limit is",
                        "schema": {"type": ["integer", "null"], "minimum": 1, "maximum": 100000},
                    },
                },
            }
        ],
    }
