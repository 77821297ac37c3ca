"""The files for clusters in docs/cluster: read as their cluster reads them, and run without one.

Slurm's `srun` and `scontrol` are stood in for, with the environment that they set; a container's
script is run by bash. What they would run is a program that writes down how it was called.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from helpers.kubernetes import Container, JobSet, TFJob, VolumeClaim
from seq2seq_keras.pipeline import is_begun

# Writes its arguments and what tells a worker who it is, a line a call, and ends as it is told.
TRAIN = """
import json, os, sys
names = ("SLURM_PROCID", "SLURM_NTASKS", "SLURM_STEP_NODELIST", "SLURMD_NODENAME")
with open(os.environ["CALLS"], "a") as calls:
    told = {name: os.environ.get(name) for name in names}
    calls.write(json.dumps([sys.argv[1:], told]) + "\\n")
sys.exit(int(os.environ.get("STATUS", "0")))
"""
# One task a machine, each with the environment that Slurm gives it; the highest status is srun's.
SRUN = """#!/bin/bash
echo "$@" > "$TMP_CALLS.srun"
while [[ $1 == --* ]]; do shift; done
status=0
for ((task = 0; task < SLURM_JOB_NUM_NODES; task++)); do
    SLURM_PROCID=$task SLURM_NODEID=$task SLURM_LOCALID=0 SLURM_NTASKS=$SLURM_JOB_NUM_NODES \\
        SLURM_STEP_NODELIST=$SLURM_JOB_NODELIST SLURMD_NODENAME=gpu0$((task + 1)) \\
        "$@" || { found=$?; ((found > status)) && status=$found; }
done
exit "$status"
"""
SCONTROL = """#!/bin/bash
echo "$@" >> "$TMP_CALLS.scontrol"
"""


def parsed(repository: Path, name: str, kind: type[BaseModel]):
    text = (repository / "docs" / "cluster" / name).read_text(encoding="utf-8")
    return kind.model_validate(yaml.safe_load(text))


@pytest.fixture
def job_set(repository: Path) -> JobSet:
    return parsed(repository, "jobset.yaml", JobSet)


@pytest.fixture
def tf_job(repository: Path) -> TFJob:
    return parsed(repository, "tfjob.yaml", TFJob)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of programs that stand in for a cluster's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    train = f"#!{sys.executable}\n{TRAIN}"
    # `python -m seq2seq_keras` of the containers, and the command that Slurm's script calls.
    python = train.replace("sys.argv[1:]", "sys.argv[3:]")
    files = {"seq2seq-keras": train, "python": python, "srun": SRUN, "scontrol": SCONTROL}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


class Runner:
    """Runs scripts beside the programs, and tells how training was called."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.out = folder / "de en"  # a name that needs quote marks
        self.calls = folder / "calls"
        self._path = f"{programs}{os.pathsep}{os.environ['PATH']}"

    def run(self, command: list[str], **environment: object) -> subprocess.CompletedProcess[str]:
        self.calls.write_text("")
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=60,
            env={
                "PATH": self._path,
                "OUT": str(self.out),
                "CALLS": str(self.calls),
                "TMP_CALLS": str(self.calls),
                **{name: str(value) for name, value in environment.items()},
            },
        )

    @property
    def called(self) -> list[tuple[list[str], dict[str, str]]]:
        return [json.loads(line) for line in self.calls.read_text().splitlines()]

    def begin(self, *files: str) -> None:
        """Makes what a training leaves behind."""
        for name in files:
            (self.out / name).parent.mkdir(parents=True, exist_ok=True)
            (self.out / name).touch()


@pytest.fixture
def runner(tmp_path: Path, programs: Path) -> Runner:
    return Runner(tmp_path, programs)


def option(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(name) + 1]


BEGUN = [
    (),
    ("notes.txt",),
    ("checkpoints/latest",),
    ("checkpoints/run.json",),
    ("model.keras",),
    ("model.keras", "checkpoints/run.json"),
]


def run_slurm(
    runner: Runner, repository: Path, *arguments: str, **environment: object
) -> subprocess.CompletedProcess[str]:
    script = repository / "docs" / "cluster" / "train.slurm"
    return runner.run(
        ["bash", str(script), *arguments],
        **{
            "SLURM_JOB_ID": 4711,
            "SLURM_JOB_NUM_NODES": 2,
            "SLURM_JOB_NODELIST": "gpu[01-02]",
            "SLURM_CPUS_PER_TASK": 16,
            **environment,
        },
    )


def test_slurm_reads_what_the_script_asks_for(repository: Path) -> None:
    lines = (repository / "docs" / "cluster" / "train.slurm").read_text().splitlines()
    first_command = next(
        number for number, line in enumerate(lines) if line and not line.startswith("#")
    )
    asked = [line for line in lines if line.startswith("#SBATCH")]
    assert lines[0] == "#!/bin/bash"
    assert asked == [line for line in lines[:first_command] if line.startswith("#SBATCH")]
    options = dict(line.split()[1].lstrip("-").partition("=")[::2] for line in asked)
    assert options["ntasks-per-node"] == "1"
    assert {"requeue", "nodes", "gpus-per-node", "time"} <= set(options)


def test_slurm_trains_with_one_task_a_machine(runner: Runner, repository: Path) -> None:
    result = run_slurm(runner, repository, "my train.de", "train.en", "--units", "512")
    assert result.returncode == 0, result.stderr
    arguments = ["train", "my train.de", "train.en", "--units", "512", "--out", str(runner.out)]
    for rank, (called, told) in enumerate(runner.called):
        assert called == [*arguments, "--cluster", "auto"]
        assert told == {
            "SLURM_PROCID": str(rank),
            "SLURM_NTASKS": "2",
            "SLURM_STEP_NODELIST": "gpu[01-02]",
            "SLURMD_NODENAME": f"gpu0{rank + 1}",
        }
    assert len(runner.called) == 2
    asked = Path(f"{runner.calls}.srun").read_text()
    assert asked.startswith("--ntasks-per-node=1 --cpus-per-task=16 --kill-on-bad-exit=1 ")


@pytest.mark.parametrize("files", BEGUN)
def test_slurm_resumes_what_was_begun(
    runner: Runner, repository: Path, files: tuple[str, ...]
) -> None:
    runner.begin(*files)
    run_slurm(runner, repository, "train.tsv")
    resumed = ["--resume" in arguments for arguments, _ in runner.called]
    assert resumed == [is_begun(runner.out)] * 2


@pytest.mark.parametrize(
    ("status", "restarts", "requeued"),
    [(0, 0, False), (1, 0, True), (1, 4, True), (1, 5, False), (2, 0, False), (137, 0, True)],
)
def test_slurm_begins_again_after_a_failure(
    runner: Runner, repository: Path, status: int, restarts: int, requeued: bool
) -> None:
    given = {"STATUS": status, "SLURM_RESTART_COUNT": restarts}
    result = run_slurm(runner, repository, "train.tsv", **given)
    assert result.returncode == status
    asked = Path(f"{runner.calls}.scontrol")
    assert (asked.read_text() if asked.exists() else "") == "requeue 4711\n" * requeued


def test_slurm_needs_a_folder(runner: Runner, repository: Path) -> None:
    result = run_slurm(runner, repository, "train.tsv", OUT="")
    assert result.returncode == 1 and "OUT: set it to the folder" in result.stderr
    assert runner.called == []


def run_container(
    runner: Runner, container: Container, **environment: object
) -> subprocess.CompletedProcess[str]:
    given = {each.name: each.value for each in container.env if each.value is not None}
    return runner.run(
        [*container.command, *container.args], **{**given, "OUT": runner.out, **environment}
    )


def test_workers_of_a_job_set_find_one_another(runner: Runner, job_set: JobSet) -> None:
    (job,) = job_set.spec.replicated_jobs
    assert job.template.spec.parallelism == job.template.spec.completions
    (container,) = job.template.spec.template.spec.containers
    (port,) = container.ports
    hosts = [f"{host}:{port.container_port}" for host in job_set.hosts()]
    assert hosts[1] == "seq2seq-keras-worker-0-1.seq2seq-keras:2222"
    names = {each.name: each.value_from for each in container.env if each.value_from}
    assert names["JOBSET"].field_ref.field_path == (
        "metadata.labels['jobset.sigs.k8s.io/jobset-name']"
    )
    for index in range(len(hosts)):
        result = run_container(
            runner, container, JOBSET=job_set.metadata.name, JOB_COMPLETION_INDEX=index
        )
        assert result.returncode == 0, result.stderr
        ((arguments, _),) = runner.called
        assert arguments[0] == "train" and "--resume" not in arguments
        assert option(arguments, "--cluster") == ",".join(hosts)
        assert option(arguments, "--worker") == str(index)
        assert option(arguments, "--out") == str(runner.out)


def test_a_failed_worker_has_the_job_set_begin_again(job_set: JobSet) -> None:
    (job,) = job_set.spec.replicated_jobs
    spec = job.template.spec
    assert spec.backoff_limit == 0 and job_set.spec.failure_policy.max_restarts > 0
    # But for 2, the status for input at fault.
    (rule,) = spec.pod_failure_policy.rules
    assert (rule.action, rule.on_exit_codes.operator) == ("FailJob", "In")
    assert rule.on_exit_codes.values == [2]
    assert rule.on_exit_codes.container_name == spec.template.spec.containers[0].name
    (failure,) = job_set.spec.failure_policy.rules
    assert failure.action == "FailJobSet"
    assert failure.on_job_failure_reasons == ["PodFailurePolicy"]


def test_a_tf_job_sets_what_auto_reads(runner: Runner, tf_job: TFJob) -> None:
    worker = tf_job.spec.replicas["Worker"]
    assert set(tf_job.spec.replicas) == {"Worker"}  # worker 0 is then the chief
    assert worker.restart_policy == "OnFailure"
    (container,) = worker.template.spec.containers
    for index in range(worker.replicas):
        config = tf_job.tf_config(index)
        assert config["cluster"] == {
            "worker": [
                "seq2seq-keras-worker-0.default.svc:2222",
                "seq2seq-keras-worker-1.default.svc:2222",
            ]
        }
        assert config["task"] == {"type": "worker", "index": index}
        result = run_container(runner, container, TF_CONFIG=json.dumps(config))
        assert result.returncode == 0, result.stderr
        ((arguments, _),) = runner.called
        assert option(arguments, "--cluster") == "auto" and "--worker" not in arguments
        assert option(arguments, "--out") == str(runner.out) and "--resume" not in arguments


@pytest.mark.parametrize("files", BEGUN)
def test_containers_resume_what_was_begun(
    runner: Runner, job_set: JobSet, tf_job: TFJob, files: tuple[str, ...]
) -> None:
    runner.begin(*files)
    job = job_set.spec.replicated_jobs[0].template.spec
    for pod in (job.template.spec, tf_job.spec.replicas["Worker"].template.spec):
        run_container(runner, pod.containers[0], JOBSET="a", JOB_COMPLETION_INDEX=0)
        ((arguments, _),) = runner.called
        assert ("--resume" in arguments) == is_begun(runner.out)


def test_a_failure_of_training_is_that_of_the_container(
    runner: Runner, job_set: JobSet, tf_job: TFJob
) -> None:
    job = job_set.spec.replicated_jobs[0].template.spec
    for pod in (job.template.spec, tf_job.spec.replicas["Worker"].template.spec):
        given = {"JOBSET": "a", "JOB_COMPLETION_INDEX": 0, "STATUS": 3}
        assert run_container(runner, pod.containers[0], **given).returncode == 3


def test_the_volume_is_shared_and_mounted(repository: Path, job_set: JobSet, tf_job: TFJob) -> None:
    claim = parsed(repository, "volume.yaml", VolumeClaim)
    assert claim.spec.access_modes == ["ReadWriteMany"]
    job = job_set.spec.replicated_jobs[0].template.spec
    for pod in (job.template.spec, tf_job.spec.replicas["Worker"].template.spec):
        (container,) = pod.containers
        volumes = {each.name: each for each in pod.volumes}
        mounts = {each.mount_path: volumes[each.name] for each in container.volume_mounts}
        assert mounts["/data"].persistent_volume_claim.claim_name == claim.metadata.name
        assert mounts["/dev/shm"].empty_dir.medium == "Memory"
        values = {each.name: each.value for each in container.env}
        assert values["OUT"].startswith("/data/")


def test_containers_run_what_is_in_the_image(repository: Path, job_set: JobSet) -> None:
    """The image holds the package in its folder, and no command of that name."""
    dockerfile = (repository / "Dockerfile").read_text(encoding="utf-8")
    assert "WORKDIR /app\n" in dockerfile and "COPY seq2seq_keras seq2seq_keras" in dockerfile
    assert "--uid 1000" in dockerfile
    job = job_set.spec.replicated_jobs[0].template.spec
    words = shlex.split(job.template.spec.containers[0].args[0], comments=True)
    assert words[words.index("exec") :][:5] == ["exec", "python", "-m", "seq2seq_keras", "train"]
    assert job.template.spec.security_context.fs_group == 1000


def test_a_misspelt_field_is_seen(repository: Path) -> None:
    text = (repository / "docs" / "cluster" / "jobset.yaml").read_text(encoding="utf-8")
    for good, bad in (
        ("maxRestarts", "maxRestart"),
        ("completionMode: Indexed", "completionMode: NonIndexed"),
        ('value: "2"', "value: 2"),
        ("restartPolicy: Never", "restartPolicy: OnFailure"),
    ):
        assert good in text
        with pytest.raises(ValidationError):
            JobSet.model_validate(yaml.safe_load(text.replace(good, bad)))
