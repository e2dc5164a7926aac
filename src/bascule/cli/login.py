"""`bascule login`: get an API key of one's own from a manager and keep it for later commands."""

import sys

import click

from bascule.cli.client import DEFAULT_MANAGER, Login, save_login


@click.command(epilog="Example:  bascule login http://127.0.0.1:8080 --username admin")
@click.argument("manager", envvar="BASCULE_MANAGER", default=DEFAULT_MANAGER)
@click.option("--username", "-u", help="Identifier or e-mail address; asked for when missing.")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin instead of asking.")
@click.option("--api-key", envvar="BASCULE_API_KEY", metavar="KEY", help="Keep this key instead of making one.")
@click.option("--org", default="default", show_default=True, help="Organization of later commands.")
@click.option("--project", default="default", show_default=True, help="Project of later commands.")
def login(manager: str, username: str | None, password_stdin: bool, api_key: str | None, org: str, project: str) -> None:
    """Log in to a manager. The key is kept in a file that only you may read; revoke it with the manager's list of API keys."""
    from bascule.cli.client import Client

    manager = manager.rstrip("/")
    if api_key is None:
        name = username or str(click.prompt("username"))
        password = sys.stdin.readline().rstrip("\n") if password_stdin else str(click.prompt("password", hide_input=True))
        api_key = _new_key(manager, name, password)
    me = Client(manager, api_key, org, project).get("/v1/me")
    file = save_login(Login(manager=manager, api_key=api_key, org=org, project=project))
    click.echo(f"logged in to {manager} as {me['name']}; the key is in {file}")


def _new_key(manager: str, username: str, password: str) -> str:
    """A key made with a session that lives as long as this function."""
    import socket

    from bascule.cli.client import Client

    client = Client(manager, "", "", "")
    client.request("POST", "/v1/login", json={"username": username, "password": password})
    same_origin = {"origin": manager}
    key: str = client.request(
        "POST", "/v1/api-keys", json={"name": f"bascule login on {socket.gethostname()}"[:128]}, headers=same_origin
    ).json()["token"]
    client.request("POST", "/v1/logout", headers=same_origin)
    return key
