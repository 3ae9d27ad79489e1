"""Check a return before it is sent, with the pipeline's own reader, mapping and rules; faults show their values."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.analysis.validation.batches import YEARS_BACK, Known
from pipeline.contract.dataset import Dataset
from pipeline.contract.groups.ethnicity import NOT_KNOWN, load_classification
from pipeline.contract.names import find_same
from pipeline.contract.periods import PERIOD_EXAMPLES, deny_period, period_length
from pipeline.contract.tables import RETURN_TABLES
from pipeline.contract.values import suggest
from pipeline.files.commissioner.reference import Reference, read_lists
from pipeline.files.intake.accounting import (
    Told,
    list_faults,
    list_files,
    list_names,
    list_normalised,
    list_remarks,
)
from pipeline.files.intake.find_returns import Source, find_sources
from pipeline.files.intake.ledger import FaultLine, FileLine, NormalisedLine
from pipeline.files.intake.read_returns import ReadReturn, assemble, type_readings
from pipeline.files.intake.row_counts import Return, sum_returns
from pipeline.files.intake.spellings import find_spellings
from pipeline.files.intake.versions import Settled, read_returns
from pipeline.returns.checked import Place, blank_provider, check_tables, list_row_faults, load_known
from pipeline.returns.feedback import Feedback, Received, StageOutput, TidiedLine, list_feedback
from pipeline.returns.feedback_page import map_names
from pipeline.returns.sent_files import CheckError, SentReturn

DEFAULT_CLASSIFICATION = "ons_2021"
_NOBODY, _NO_PERIOD = "return", "(not said)"
_NOT_SAID = {
    "dataset": "services, providers and scales, because the commissioner's tables were not named (--dataset FOLDER)",
    "provider": "that the services are yours, because no provider was named (--provider NAME)",
    "earlier": "agreement with your earlier returns, because none is at hand",
}


@dataclass(frozen=True)
class CheckedReturn:
    """The result for a return: counts by table, every fault with its value, and what could not be checked."""

    provider: str
    periods: tuple[str, ...]
    against: str
    earlier: tuple[str, ...]
    received: tuple[Received, ...]
    faults: tuple[Told, ...]
    tidied: tuple[TidiedLine, ...]
    not_checked: tuple[str, ...]
    nil: bool
    unreviewed: bool

    @property
    def refused(self) -> bool:
        """Whether a file cannot be used at all."""
        return any(fault.severity == "refuse" for fault, _ in self.faults)

    @property
    def odd_columns(self) -> bool:
        """Whether a column should be looked at before the return is sent."""
        return any(fault.severity == "warn" and fault.rule.startswith("column.") for fault, _ in self.faults)

    @property
    def set_aside(self) -> bool:
        """Whether any row is not used."""
        return any(line.set_aside for line in self.received)


def check_return(
    sent: SentReturn, dataset: Dataset | None, maximum_file_mb: int, years_back: int = YEARS_BACK
) -> CheckedReturn:
    """Check a return against the dataset's tables and earlier returns, or by itself where there is no dataset."""
    reference = read_lists(dataset) if dataset else None
    sent = _complete(sent, dataset, reference)
    earlier = _find_earlier(sent, dataset, maximum_file_mb)
    with TemporaryDirectory(prefix="outturn-") as folder:
        stand_in = (
            replace(dataset, folder=Path(folder)) if dataset else _no_dataset(Path(folder), sent.period)
        )
        ours = _read_sent(sent, stand_in, maximum_file_mb)
    if not (ours.readings or ours.covers):
        raise CheckError("None of these files belongs to a return; name the files or folder that you send.")
    before = read_returns(earlier, stand_in.classification).readings
    return _apply_rules(sent, stand_in, reference, ours, before, years_back)


def _complete(sent: SentReturn, dataset: Dataset | None, reference: Reference | None) -> SentReturn:
    """Return the return with a known provider and a period of the right length; CheckError."""
    length = dataset.period if dataset else period_length(sent.period) or "quarter"
    example = PERIOD_EXAMPLES[length]
    if sent.period and period_length(sent.period) != length:
        raise CheckError("; ".join(deny_period(sent.period, length)) + ".")
    if not sent.period and not sent.mapped:
        places = f"call the workbook {example}.xlsx, or its folder {example}"
        raise CheckError(f"Which period is it for? Add --period {example}, {places}.")
    return replace(sent, provider=_complete_provider(sent, reference))


def _complete_provider(sent: SentReturn, reference: Reference | None) -> str:
    """Return the provider as given, or from the folder's name where the commissioner knows such a provider."""
    if reference is None:
        return sent.provider
    known = sorted(reference.ids("providers"))
    if not sent.provider:
        return find_same(sent.folder, known)
    if not (provider := find_same(sent.provider, known)):
        hint = suggest(sent.provider, known) or "; ask the commissioner for your short name."
        raise CheckError(f"There is no provider '{sent.provider}' in reference/providers.csv{hint}")
    return provider


def _find_earlier(sent: SentReturn, dataset: Dataset | None, maximum_file_mb: int) -> list[Source]:
    """Return this provider's usable files of earlier periods."""
    if dataset is None or not sent.provider or not sent.period:
        return []
    sources = find_sources(dataset, {sent.provider}, maximum_file_mb, sent.provider)
    return [source for source in sources if source.period < sent.period and not source.refused]


def _read_sent(sent: SentReturn, dataset: Dataset, maximum_file_mb: int) -> Settled:
    """Read the return as intake does, with the files under their sender's names."""
    provider, period = sent.provider or _NOBODY, sent.period or _NO_PERIOD
    prefix = f"returns/{provider}/{period}/"
    sent.lay_out(dataset.folder / "returns" / provider / period)
    found = find_sources(dataset, {provider}, maximum_file_mb)
    used = [source for source in found if not (source.block and _is_for_other(source, sent))]
    sources = used if any(source.block for source in used) else found
    named = (_name_as_sent(source, prefix, sent.provider) for source in sources)
    return read_returns(named, dataset.classification)


def _is_for_other(source: Source, sent: SentReturn) -> bool:
    """Return whether a block of the mapping reads a file that may come with another period's return."""
    for_all = sent.mapped_above or (source.block and "*" in source.block.file)
    return bool(for_all) and not source.path.is_file()


def _no_dataset(folder: Path, period: str) -> Dataset:
    return Dataset(
        folder=folder,
        title="the contract alone",
        synthetic=False,
        source="",
        period=period_length(period) or "quarter",
        complete_to=dt.date.max,
        classification=load_classification(DEFAULT_CLASSIFICATION, folder),
        comparator="",
    )


def _name_as_sent(source: Source, prefix: str, provider: str) -> Source:
    above = f"{PurePosixPath(prefix).parent}/"
    refused = source.refused and replace(
        source.refused, message=source.refused.message.replace(prefix, "").replace(above, "")
    )
    file = source.file.removeprefix(prefix).removeprefix(above)
    return replace(source, file=file, provider=provider, refused=refused)


def _apply_rules(
    sent: SentReturn,
    dataset: Dataset,
    reference: Reference | None,
    ours: Settled,
    before: Sequence[ReadReturn],
    years_back: int,
) -> CheckedReturn:
    readings = [*before, *ours.readings]
    spellings = find_spellings(readings, reference)
    typed = {name: type_readings(readings, name, dataset.classification, spellings) for name in RETURN_TABLES}
    all_typed = [part for parts in typed.values() for part in parts]
    stored = {name: blank_provider(assemble(readings, name, parts)) for name, parts in typed.items()}
    known = replace(_list_known(stored, reference, dataset), years_back=years_back)
    names = map_names(list_names(reading.source for reading in readings))
    files = list_files(readings, all_typed)[len(before) :]
    paths = {line.file for line in files}
    faults = [entry for entry in list_faults(readings, all_typed) if entry[0].file in paths]
    faults += [(remark, "") for remark in list_remarks(readings) if remark.file in paths]
    accepted: Counter[Return] = Counter()
    for part in check_tables(lambda name: stored[name], known):
        accepted.update(part.count(part.accepted & part.rows["file"].isin(paths)))
        faults += [entry for entry in list_row_faults(part, known, names) if _is_ours(entry[0], paths, files)]
    tidied = [line for line in list_normalised(readings, all_typed) if line.file in paths]
    feedback = _sum_up([fault for fault, _ in faults], files, tidied, accepted, names)
    return CheckedReturn(
        provider=sent.provider,
        periods=tuple(sorted({line.period for line in files if line.period})),
        against=dataset.title,
        earlier=tuple(sorted({reading.source.period for reading in before})),
        received=feedback.received,
        faults=tuple(sorted(faults, key=lambda entry: (entry[0].file, entry[0].row or 0))),
        tidied=feedback.tidied,
        not_checked=_list_unchecked(sent, reference, before),
        nil=any(cover.nil for cover in ours.covers.values()),
        unreviewed=_is_unreviewed(stored["outcomes"], paths),
    )


def _is_unreviewed(outcomes: pa.Table, files: Collection[str]) -> bool:
    """Return whether this return has outcomes and none of them has a review date."""
    sent = outcomes.filter(pc.is_in(outcomes["file"], pa.array(files, pa.string())))
    return len(sent) > 0 and sent["review_date"].null_count == len(sent)


def _sum_up(
    faults: Sequence[FaultLine],
    files: Sequence[FileLine],
    tidied: Sequence[NormalisedLine],
    accepted: Mapping[Return, int],
    names: Mapping[Place, Mapping[str, str]],
) -> Feedback:
    lines = [asdict(line) for line in files]
    returns = sum_returns(lines, accepted, {})
    (feedback,) = list_feedback(
        StageOutput(returns, faults, lines, [asdict(line) for line in tidied], names), {}, ""
    )
    return feedback


def _is_ours(fault: FaultLine, paths: Collection[str], files: Sequence[FileLine]) -> bool:
    """Return whether a fault is in this return, or is about a row of an earlier one missing from this one."""
    return fault.file in paths or fault.period in {line.period for line in files}


def _list_known(stored: Mapping[str, pa.Table], reference: Reference | None, dataset: Dataset) -> Known:
    """Return the ids that rows may refer to: those of the commissioner's tables, or without them those that occur."""
    if reference:
        known = load_known(reference.tables, dataset.classification)
        return replace(known, providers=known.providers | {""})
    services = {
        name
        for table in ("episodes", "feedback")
        for name in stored[table]["service_id"].unique().to_pylist()
    }
    codes = dataset.classification.codes
    return Known(
        services=dict.fromkeys(services, ""),
        providers=frozenset(stored["episodes"]["provider_id"].unique().to_pylist()),
        scales=dict.fromkeys(stored["outcomes"]["scale"].unique().to_pylist(), (-math.inf, math.inf)),
        ethnicity_unknown=frozenset(entry.code for entry in codes if entry.broad_group == NOT_KNOWN),
    )


def _list_unchecked(
    sent: SentReturn, reference: Reference | None, before: Sequence[ReadReturn]
) -> tuple[str, ...]:
    missing = {"dataset": reference is None, "provider": not sent.provider, "earlier": not before}
    return tuple(words for name, words in _NOT_SAID.items() if missing[name])
