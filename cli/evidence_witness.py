"""`medlake evidence witness`: make a witness, open its door."""

from pathlib import Path
from typing import Annotated

import typer

from cli.console import Exit, explain, out, say
from lineage.ledger.refusals import BadKey, WitnessUnreachable

app = typer.Typer(help="A second key in another place. 见证者：另一处的第二把钥匙。", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="The witness's own folder: another account, disk or machine.")]


@app.command()
def init(
    folder: Folder,
    log_key: Annotated[str, typer.Argument(help="Public key of the ledger: `medlake evidence key`.")],
) -> None:
    """Makes a witness (its key at first) and lets it know a ledger. Then set MEDLAKE_WITNESS to it."""
    from lineage.ledger.note import BadNote, VerifierKey
    from lineage.ledger.witness import DirectoryWitness, WitnessRefused

    with explain((BadNote, Exit.USAGE), (BadKey, Exit.FAILED), (WitnessRefused, Exit.FAILED)):
        witness = DirectoryWitness(folder)
        witness.trust(VerifierKey.parse(log_key))
        typer.echo(str(witness.key()))
    say(f"给验证者的见证公钥如上；请设 MEDLAKE_WITNESS={folder} | this is the witness's public key")


@app.command()
def serve(
    folder: Folder,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8391,
) -> None:
    """Opens a witness over HTTP (C2SP tlog-witness); run it under another account, behind TLS if remote."""
    from lineage.ledger.witness_http import serve as open_door

    with explain((WitnessUnreachable, Exit.NOT_FOUND)):
        server = open_door(folder, host, port)
    out.print(f"http://{host}:{server.server_port}  POST /add-checkpoint", soft_wrap=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        say("stopped")
    finally:
        server.server_close()
