"""Evidence bundles: what was issued verifies offline, and anything else is named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lakehouse.releases import Release
from lakehouse.settings import Settings
from lineage.ledger.act import Act, Action
from lineage.ledger.ledger import open_ledger
from lineage.ledger.sealing import known_keys, seal
from lineage.ledger.witness import DirectoryWitness
from reports.bundle import Draft, NotInLedger, Taker, issue
from reports.verifier import verify
from reports.verifier.verify import Invalid, archive_bytes, check, ed25519, read_bundle

TAKER = Taker("李娜", "the customer asked")
DRAFT = Draft(
    "RPT-LOT", "lot 批号 1", {"dossier_zh.html": b"<p>\xe6\x89\xb9</p>", "dossier.json": b'{"qty":1}'}
)

# RFC 8032, 7.1: secret key is not needed; public key, message, signature.
RFC8032 = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.mark.parametrize(("public", "message", "signature"), RFC8032)
def test_ed25519_of_the_standard(public: str, message: str, signature: str) -> None:
    """Prevents a verifier that disagrees with RFC 8032, or accepts a changed bit or a malleable signature."""
    key, text, signed = (bytes.fromhex(part) for part in (public, message, signature))
    assert ed25519(key, text, signed)
    assert not ed25519(key, text + b"x", signed)
    for bit in range(0, 512, 7):
        flipped = bytearray(signed)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not ed25519(key, text, bytes(flipped))
    larger = int.from_bytes(signed[32:], "little") + verify.L
    assert not ed25519(key, text, signed[:32] + larger.to_bytes(32, "little"))
    assert not ed25519(b"\xff" * 32, text, signed)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env(
        {"MEDLAKE_DATA": str(tmp_path / "lake"), "MEDLAKE_WITNESS": str(tmp_path / "witness")}
    )


@pytest.fixture
def release(settings: Settings) -> Iterator[Release]:
    """A release that was there before the record began, in a witnessed ledger."""
    folder = settings.releases_dir / "000007"
    folder.mkdir(parents=True)
    manifest = {
        "release": 7,
        "released_at": "2026-01-01T00:00:00+00:00",
        "warehouse": {"file": "w.duckdb", "sha256": verify.sha256(b"")},
    }
    (folder / "w.duckdb").write_bytes(b"")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (settings.releases_dir / "CURRENT").write_text("000007\n")
    with open_ledger(settings, writable=True) as ledger:
        ledger.append_many([Act(Action.LOGIN, "李娜", "shell", "work") for _ in range(5)])
        seal(settings, ledger, lambda _: None)
        DirectoryWitness(Path(str(settings.witness))).trust(known_keys(settings).log)
    yield Release(7, folder, manifest)


@pytest.fixture
def bundle(settings: Settings, release: Release, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(issue(settings, release, DRAFT, TAKER, lambda _: None))
    return path


def keys(settings: Settings) -> tuple[str, str]:
    known = known_keys(settings)
    return str(known.log), str(known.witness)


def test_a_bundle_verifies_and_says_what_holds(settings: Settings, bundle: Path) -> None:
    """Prevents a bundle nobody can verify, and a verifier that says less than it checked."""
    said = "\n".join(check(bundle, *keys(settings)))
    assert "4 files are as issued: RPT-LOT lot 批号 1" in said
    assert "from release 000007" in said
    assert f"countersigned by {known_keys(settings).witness.name}" in said  # type: ignore[union-attr]


def test_unpacked_and_run_without_our_code(settings: Settings, bundle: Path, tmp_path: Path) -> None:
    """Prevents a verifier that needs anything of ours: it runs isolated, from the folder it came in."""
    folder = tmp_path / "unpacked"
    shutil.unpack_archive(bundle, folder)
    log, witness = keys(settings)

    def run(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-I", str(folder / "verify.py"), *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        return done.returncode, done.stdout

    assert run("--log-key", log, "--witness-key", witness)[0] == 0
    assert run()[0] == 3
    assert run(str(bundle), "--log-key", log)[0] == 0
    (folder / "content" / "dossier.json").write_bytes(b'{"qty":2}')
    code, said = run("--log-key", log)
    assert (code, said) == (1, "INVALID 无效: content/dossier.json has other bytes than were issued\n")


def test_the_same_state_gives_the_same_bytes(settings: Settings, release: Release, bundle: Path) -> None:
    """Prevents two bundles of one report that differ; each time it is taken is still on record."""
    assert issue(settings, release, DRAFT, TAKER, lambda _: None) == bundle.read_bytes()
    with open_ledger(settings, writable=False) as ledger:
        assert len(list(ledger.of_action(Action.REPORT_ISSUED))) == 1
        taken = [entry.act for entry in ledger.of_action(Action.EXPORT)]
    assert [act.after for act in taken] == [f"sha256:{verify.sha256(bundle.read_bytes())}"] * 2
    assert taken[0].who == "李娜"


def test_a_release_outside_the_ledger_is_refused(settings: Settings, release: Release) -> None:
    """Prevents a bundle that looks proved and rests on nothing."""
    with pytest.raises(NotInLedger, match="refresh"):
        issue(settings, Release(8, release.path, release.manifest), DRAFT, TAKER, lambda _: None)


def test_every_flipped_byte_is_noticed(settings: Settings, bundle: Path) -> None:
    """Prevents any byte of a bundle, container included, from changing without being noticed."""
    content, log_and_witness = bundle.read_bytes(), keys(settings)
    for place in range(0, len(content), 41):
        flipped = bytearray(content)
        flipped[place] ^= 1 << place % 8
        bundle.write_bytes(flipped)
        with pytest.raises(Invalid):
            check(bundle, *log_and_witness)


def rewritten(change: Callable[[dict[str, bytes]], None]) -> Callable[[Path], None]:
    """A bundle whose files were changed and packed again in the right form."""

    def attack(path: Path) -> None:
        files = read_bundle(path)
        change(files)
        path.write_bytes(archive_bytes(files))

    return attack


def edit_report(files: dict[str, bytes]) -> None:
    """The content and, so that it fits, the manifest."""
    files["content/dossier.json"] = b'{"qty":9}'
    manifest = json.loads(files[verify.MANIFEST])
    for entry in manifest["files"]:
        entry[1:] = [len(files[entry[0]]), verify.sha256(files[entry[0]])]
    files[verify.MANIFEST] = json.dumps(
        manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def edit_leaf(files: dict[str, bytes]) -> None:
    files[verify.LEAVES] = files[verify.LEAVES].replace("李娜".encode(), "王伟".encode())


def drop_witness(files: dict[str, bytes]) -> None:
    """Both lines of the witness: key and countersignature."""
    files[verify.KEYS] = files[verify.KEYS].split(b"\n")[0] + b"\n"
    files[verify.CHECKPOINT] = b"\n".join(files[verify.CHECKPOINT].split(b"\n")[:-2]) + b"\n"


def drop_release_leaf(files: dict[str, bytes]) -> None:
    leaves = json.loads(files[verify.LEAVES])
    files[verify.LEAVES] = json.dumps(
        leaves[1:], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def swap_names(files: dict[str, bytes]) -> None:
    one, other = "content/dossier.json", "content/dossier_zh.html"
    files[one], files[other] = files[other], files[one]


ATTACKS: list[tuple[Callable[[dict[str, bytes]], None], str]] = [
    (edit_report, "no leaf vouches for this bundle's manifest"),
    (edit_leaf, "does not stand under the signed root"),
    (drop_witness, "the bundle has not the witness"),
    (drop_release_leaf, "no leaf vouches for the release"),
    (swap_names, "has other bytes than were issued"),
    (lambda files: files.update({"content/more.txt": b""}), "in no manifest"),
    (lambda files: files.update({"signatures/x": b"{}"}), "signatures are missing or too many"),
    (lambda files: files.pop("content/dossier.json") and None, "missing"),
]


@pytest.mark.parametrize(("change", "says"), ATTACKS)
def test_attacks_on_a_bundle_are_named(
    settings: Settings, bundle: Path, change: Callable[[dict[str, bytes]], None], says: str
) -> None:
    """Prevents an edited, stripped or padded bundle from verifying."""
    log_and_witness = keys(settings)
    rewritten(change)(bundle)
    with pytest.raises(Invalid, match=says):
        check(bundle, *log_and_witness)


def test_a_bundle_of_another_log_is_told(settings: Settings, bundle: Path, tmp_path: Path) -> None:
    """Prevents a complete forgery under a key of the forger's own."""
    other = Settings.from_env({"MEDLAKE_DATA": str(tmp_path / "other")})
    with open_ledger(other, writable=True) as ledger:
        ledger.append(Act(Action.LOGIN, "x", "y", "z"))
        seal(other, ledger, lambda _: None)
    with pytest.raises(Invalid, match="another log"):
        check(bundle, str(known_keys(other).log))


def test_the_verifier_is_small_and_needs_only_the_standard_library() -> None:
    """Prevents a verifier that a stranger cannot read through or run."""
    text = Path(verify.__file__).read_text()
    assert len(text.splitlines()) <= 300
    imported = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names
