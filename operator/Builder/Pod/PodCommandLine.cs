using System.CommandLine;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Tracing;

namespace ImageOperator.Builder.Pod;

/// <summary>The options that all commands have.</summary>
internal sealed class PodCommandLine
{
    private readonly Option<string> _namespace = new("--namespace") { Description = "The ImageBuild's namespace", Required = true };
    private readonly Option<string> _build = new("--build") { Description = "The ImageBuild's name", Required = true };
    private readonly Option<string> _uid = new("--uid") { Description = "The ImageBuild's UID", Required = true };
    private readonly Option<string> _target = new("--target") { Description = "The target", Required = true };
    private readonly Option<string?> _kubeconfig = new("--kubeconfig") { Description = "A kubeconfig instead of the pod's service account" };
    private readonly Option<string?> _traceparent = new("--traceparent") { Description = "The build's trace, as in W3C's header" };
    private readonly Option<int> _keptLog = new(PodPaths.KeptLogOption) { Description = "How much of the log the operator keeps, compressed, in KiB; a longer one is stored with the images" };
    private readonly Option<int> _cacheSize = new(PodPaths.CacheSizeOption) { Description = "Most GiB of the cache; 0 for no limit" };
    private readonly Option<int> _cacheAge = new(PodPaths.CacheAgeOption) { Description = "How many hours an entry of the cache is kept after its last use; 0 for ever" };
    private readonly Option<string> _workspace = Folder("--workspace", PodPaths.Workspace, "The build's files");
    private readonly Option<string> _parameters = Folder("--parameters", PodPaths.Parameters, "Sensitive parameters, a folder each");
    private readonly Option<string> _secrets = Folder("--secrets", PodPaths.Secrets, "Keys of Secrets, a folder for each Secret");
    private readonly Option<string> _workspaceCredentials = Folder("--workspace-credentials", PodPaths.WorkspaceCredentials, "What the workspace's files are fetched with, a folder each");
    private readonly Option<string> _scratch = Folder("--scratch", PodPaths.Scratch, "Disks of machines");
    private readonly Option<string> _cache = Folder("--cache", PodPaths.Cache, "Downloads, shared between builds");
    private readonly Option<string> _source = Folder("--source", PodPaths.Source, "The volume of the source image");
    private readonly Option<string> _output = Folder("--output", PodPaths.Output, "The volume of the result");
    private readonly Option<string> _salt = Folder("--salt", PodPaths.Salt, "The namespace's salt");
    private readonly Option<string> _earlier = Folder("--earlier", PodPaths.Earlier, "The list of earlier results");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _namespace, _build, _uid, _target, _kubeconfig, _traceparent, _keptLog, _cacheSize, _cacheAge, _workspace, _parameters, _workspaceCredentials, _secrets, _scratch, _cache, _source, _output, _salt, _earlier })
        {
            command.Options.Add(option);
        }
    }

    public PodOptions Read(ParseResult result) => new()
    {
        Namespace = result.GetRequiredValue(_namespace),
        Build = result.GetRequiredValue(_build),
        Uid = result.GetRequiredValue(_uid),
        Target = result.GetRequiredValue(_target),
        Kubeconfig = result.GetValue(_kubeconfig),
        Trace = TraceParent.Parse(result.GetValue(_traceparent)),
        KeptLogKiB = result.GetValue(_keptLog),
        CacheMaxGiB = result.GetValue(_cacheSize),
        CacheMaxHours = result.GetValue(_cacheAge),
        Workspace = result.GetRequiredValue(_workspace),
        Parameters = result.GetRequiredValue(_parameters),
        Secrets = result.GetRequiredValue(_secrets),
        WorkspaceCredentials = result.GetRequiredValue(_workspaceCredentials),
        Scratch = result.GetRequiredValue(_scratch),
        Cache = result.GetRequiredValue(_cache),
        Source = result.GetRequiredValue(_source),
        Output = result.GetRequiredValue(_output),
        Salt = result.GetRequiredValue(_salt),
        Earlier = result.GetRequiredValue(_earlier),
    };

    private static Option<string> Folder(string name, string path, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => path };
}
