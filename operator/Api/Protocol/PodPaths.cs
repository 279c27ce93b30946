namespace ImageOperator.Api.Protocol;

/// <summary>Where things stand in a builder pod: the operator mounts them, image-builder reads them.</summary>
public static class PodPaths
{
    /// <summary>The build's files, read-only.</summary>
    public const string Workspace = "/workspace";

    /// <summary>The credentials with which entries of the workspace are fetched: a folder for each entry, by its place in the template.</summary>
    public const string WorkspaceCredentials = "/var/run/imageoperator/workspace";

    /// <summary>The credentials that a target's image is published with: a folder for each entry of publish, by its place.</summary>
    public const string PublishCredentials = "/var/run/imageoperator/publish";

    /// <summary>The claims that a target's image is published to: a folder for each entry, the claim's root.</summary>
    public const string Publish = "/publish";

    /// <summary>What the operator hands to the builder beside its inputs.</summary>
    public const string State = "/var/run/imageoperator";

    /// <summary>The credentials of the platform: a Secret's keys, or a service account's token in the file <see cref="TokenFile"/>.</summary>
    public const string Credentials = State + "/credentials";

    /// <summary>The file of a service account's token for the platform.</summary>
    public const string TokenFile = "token";

    /// <summary>Sensitive parameters: one folder per parameter, the value in the file <see cref="ParameterFile"/>.</summary>
    public const string Parameters = "/var/run/imageoperator/parameters";

    /// <summary>The file of a sensitive parameter's value.</summary>
    public const string ParameterFile = "value";

    /// <summary>Keys of Secrets that the template names: a folder for each Secret, a file for each key.</summary>
    public const string Secrets = State + "/secrets";

    /// <summary>The headers for OTLP exports, <c>name=value</c> each; may be missing.</summary>
    public const string OtlpHeaders = "/var/run/imageoperator/otlp/headers";

    /// <summary>Disks of machines; goes with the pod.</summary>
    public const string Scratch = "/scratch";

    /// <summary>Downloaded source images and what is remembered of the node; shared between builds.</summary>
    public const string Cache = "/cache";

    /// <summary>The folder of a QEMU target's output: the claim's root or the host folder.</summary>
    public const string Output = "/output";

    /// <summary>The folder that holds a QEMU target's source file: the claim's root or the host file's folder.</summary>
    public const string Source = "/source";

    /// <summary>The folder of the namespace's salt for hashes of sensitive parameters; empty where there is none.</summary>
    public const string Salt = "/var/run/imageoperator/salt";

    /// <summary>The file of the salt.</summary>
    public const string SaltFile = "salt";

    /// <summary>The folder of the list of earlier results.</summary>
    public const string Earlier = "/var/run/imageoperator/earlier";

    /// <summary>The file of the list: JSON, an array of <see cref="EarlierResult"/>.</summary>
    public const string EarlierFile = "results.json";

    /// <summary>The builder's option for how much of its log the operator keeps.</summary>
    public const string KeptLogOption = "--kept-log-kib";

    /// <summary>The builder's option for the size of a shared cache.</summary>
    public const string CacheSizeOption = "--cache-max-gib";

    /// <summary>The builder's option for how many hours an entry of a shared cache is kept after its last use.</summary>
    public const string CacheAgeOption = "--cache-max-hours";

    /// <summary>The builder program in its image.</summary>
    public const string BuilderCommand = "/app/image-builder";
}
