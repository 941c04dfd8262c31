"""Signs how the journal stands, and says up to where it still is what was signed."""

from dataclasses import dataclass
from pathlib import Path

from core.store.cut import NEVER, Cut
from core.store.heads import SIGNED, Checked, Head, write_head
from core.store.snapshot import vouched
from core.store.store import Store
from core.vault.signing import holds, signed
from core.vault.vault import SIGNER, Vault


@dataclass(frozen=True, slots=True)
class Witness:
    """Of one workspace's journal. Whoever has no key can edit rows and seal them again, but not sign them."""

    vault: Vault
    workspace: str  # its id: a signature says nothing about another one's rows

    def sign(self, store: Store, day: str) -> int | None:
        """Inside no unit. The row it vouches for; None = nothing has happened since the last one."""
        key = self.vault.read_bytes(*SIGNER)
        assert key is not None, "every vault is made with one"
        if store.journal.newest_kind == SIGNED:
            return None
        seq, seal = store.journal.sealed
        head = Head(
            day=day,
            seq=seq,
            hash=seal,
            public=self.vault.public.hex(),
            signature=signed(key, self.workspace, day, str(seq), seal),
        )
        write_head(store.journal, store.unit, head)
        self.vault.remember(head)  # where no edit of the database reaches: a journal that was cut short shows
        return seq

    def check(self, database: Path, cut: Cut = NEVER) -> Checked:
        """A sealed vault is enough: its public half is no secret."""
        kept = [self.vault.head] if self.vault.head is not None else []
        return vouched(database, self.vault.public.hex(), kept, self._holds, cut)

    def _holds(self, head: Head) -> bool:
        words = (self.workspace, head.day, str(head.seq), head.hash)
        return holds(self.vault.public, head.signature, *words)
