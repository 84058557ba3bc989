"""What `make up` says to who wants to try it: where everything is, and how to add a practice."""

from __future__ import annotations

from dev.demo.practices import newcomer
from dev.local.airflow import Airflow
from exact_online.schedule import PAGES, START_NOTE_VARIABLE


def settings() -> dict[str, str]:
    """Return the environment variable with the note above the list of practices."""
    return {START_NOTE_VARIABLE: "\n".join(_steps())}


def tell(airflow: Airflow, exact_url: str | None) -> None:
    """Print the addresses and the login."""
    print(login_text(airflow))
    print(f"Exact Online is at {exact_url}")
    print(f"Add a practice: {airflow.url}/{PAGES}/ leads through it.", flush=True)


def login_text(airflow: Airflow) -> str:
    """Return address and login of Airflow."""
    return f"Airflow is at {airflow.url}\n  user {airflow.user}\n  password {airflow.password}"


def _steps() -> list[str]:
    """The first line is a heading; each of the others is a step."""
    new = newcomer()
    return [
        f"Dit is een demo. Voeg zelf een vierde praktijk toe: {new.name}",
        f"Kies Praktijk toevoegen en vul {new.james_practice_code} in, de code van deze praktijk in James.",
        "Koppel met Exact: geef akkoord, kies in de nagemaakte Exact Toestaan, en kies daarna de "
        f"administratie {new.division_name}.",
        "Open Instellingen: de lege werkmap en de pagina komen met een voorstel uit de administratie. "
        "Controleer het voorstel en sla het op.",
        f"Kies de eerste dag: koppelen vanaf {new.link_date:%d-%m-%Y}, zonder geschiedenis.",
        "Controleer de administratie en zet de nachten aan. De proefrun komt eerst; daarna de eerste nacht.",
    ]
