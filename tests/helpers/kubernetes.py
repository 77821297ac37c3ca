"""What Kubernetes, JobSet (v1alpha2) and Kubeflow (v1) read of the manifests in docs/cluster.

Written from their documentation, only the fields that are used: any other is an error here, as a
misspelt one would be passed over there.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z]([-a-z0-9]*[a-z0-9])?$", max_length=63)]
Quantity = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)?(m|[KMGT]i?)?$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z_][A-Z0-9_]*$")]
Count = Annotated[int, Field(ge=0, strict=True)]


class Part(BaseModel):
    """What takes the fields below by their names in the manifest, and no others."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)


class Metadata(Part):
    name: Name


class FieldReference(Part):
    field_path: str = Field(alias="fieldPath")


class ValueFrom(Part):
    field_ref: FieldReference = Field(alias="fieldRef")


class EnvironmentVariable(Part):
    name: Variable
    value: Annotated[str, Field(strict=True)] | None = None  # a bare 2 is refused
    value_from: ValueFrom | None = Field(None, alias="valueFrom")


class Port(Part):
    name: Annotated[Name, StringConstraints(max_length=15)]
    container_port: int = Field(alias="containerPort", ge=1, le=65535)


class Resources(Part):
    limits: dict[str, Quantity]


class VolumeMount(Part):
    name: Name
    mount_path: str = Field(alias="mountPath", pattern="^/")


class Container(Part):
    name: Name
    image: str
    command: list[str]
    args: list[str]
    env: list[EnvironmentVariable] = []
    ports: list[Port]
    resources: Resources
    volume_mounts: list[VolumeMount] = Field(alias="volumeMounts")


class Claim(Part):
    claim_name: Name = Field(alias="claimName")


class EmptyDirectory(Part):
    medium: Literal["", "Memory"] = ""


class Volume(Part):
    name: Name
    persistent_volume_claim: Claim | None = Field(None, alias="persistentVolumeClaim")
    empty_dir: EmptyDirectory | None = Field(None, alias="emptyDir")


class SecurityContext(Part):
    fs_group: Count = Field(alias="fsGroup")


class PodSpec(Part):
    containers: Annotated[list[Container], Field(min_length=1)]
    volumes: list[Volume]
    security_context: SecurityContext = Field(alias="securityContext")


class JobPodSpec(PodSpec):
    """Of a Job with a pod failure policy, which must not restart containers itself."""

    restart_policy: Literal["Never"] = Field(alias="restartPolicy")


class JobPodTemplate(Part):
    spec: JobPodSpec


class PodTemplate(Part):
    """Of a replica of Kubeflow's, whose own restart policy wins."""

    spec: PodSpec


class ExitCodes(Part):
    container_name: Name = Field(alias="containerName")
    operator: Literal["In", "NotIn"]
    values: list[Annotated[int, Field(ge=1, le=255)]]


class PodFailureRule(Part):
    action: Literal["FailJob", "FailIndex", "Ignore", "Count"]
    on_exit_codes: ExitCodes = Field(alias="onExitCodes")


class PodFailurePolicy(Part):
    rules: list[PodFailureRule]


class JobSpec(Part):
    completion_mode: Literal["Indexed"] = Field(alias="completionMode")
    parallelism: Count
    completions: Count
    backoff_limit: Count = Field(alias="backoffLimit")
    pod_failure_policy: PodFailurePolicy = Field(alias="podFailurePolicy")
    template: JobPodTemplate


class JobTemplate(Part):
    spec: JobSpec


class ReplicatedJob(Part):
    name: Name
    replicas: Count
    template: JobTemplate


class FailureRule(Part):
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")]
    action: Literal["FailJobSet", "RestartJobSet", "RestartJobSetAndIgnoreMaxRestarts"]
    on_job_failure_reasons: list[
        Literal[
            "BackoffLimitExceeded",
            "DeadlineExceeded",
            "FailedIndexes",
            "MaxFailedIndexesExceeded",
            "PodFailurePolicy",
        ]
    ] = Field(alias="onJobFailureReasons")


class FailurePolicy(Part):
    max_restarts: Count = Field(alias="maxRestarts")
    rules: list[FailureRule]


class Network(Part):
    enable_dns_hostnames: bool = Field(alias="enableDNSHostnames")
    subdomain: Name


class JobSetSpec(Part):
    network: Network
    failure_policy: FailurePolicy = Field(alias="failurePolicy")
    replicated_jobs: list[ReplicatedJob] = Field(alias="replicatedJobs")


class JobSet(Part):
    api_version: Literal["jobset.x-k8s.io/v1alpha2"] = Field(alias="apiVersion")
    kind: Literal["JobSet"]
    metadata: Metadata
    spec: JobSetSpec

    def hosts(self) -> list[str]:
        """The host names of all pods: of the set, the job, its number and the pod's."""
        return [
            f"{self.metadata.name}-{job.name}-{number}-{index}.{self.spec.network.subdomain}"
            for job in self.spec.replicated_jobs
            for number in range(job.replicas)
            for index in range(job.template.spec.completions)
        ]


class RunPolicy(Part):
    clean_pod_policy: Literal["All", "Running", "None"] = Field(alias="cleanPodPolicy")
    backoff_limit: Count = Field(alias="backoffLimit")


class Replica(Part):
    replicas: Count
    restart_policy: Literal["Always", "OnFailure", "Never", "ExitCode"] = Field(
        alias="restartPolicy"
    )
    template: PodTemplate


class TFJobSpec(Part):
    run_policy: RunPolicy = Field(alias="runPolicy")
    replicas: dict[Literal["Chief", "Worker", "PS", "Evaluator"], Replica] = Field(
        alias="tfReplicaSpecs"
    )


class TFJob(Part):
    api_version: Literal["kubeflow.org/v1"] = Field(alias="apiVersion")
    kind: Literal["TFJob"]
    metadata: Metadata
    spec: TFJobSpec

    def tf_config(self, index: int, namespace: str = "default") -> dict:
        """What the operator sets as TF_CONFIG in the container `tensorflow` of a worker.

        The port is the one named tfjob-port; each pod has a service of its own name.
        """
        cluster = {}
        for kind, replica in self.spec.replicas.items():
            (container,) = (
                each for each in replica.template.spec.containers if each.name == "tensorflow"
            )
            (port,) = (each for each in container.ports if each.name == "tfjob-port")
            cluster[kind.lower()] = [
                f"{self.metadata.name}-{kind.lower()}-{number}.{namespace}.svc:{port.container_port}"
                for number in range(replica.replicas)
            ]
        task = {"type": "worker", "index": index}
        return {"cluster": cluster, "task": task, "environment": "cloud"}


class Requests(Part):
    requests: dict[str, Quantity]


class VolumeClaimSpec(Part):
    access_modes: list[
        Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]
    ] = Field(alias="accessModes")
    resources: Requests


class VolumeClaim(Part):
    api_version: Literal["v1"] = Field(alias="apiVersion")
    kind: Literal["PersistentVolumeClaim"]
    metadata: Metadata
    spec: VolumeClaimSpec
