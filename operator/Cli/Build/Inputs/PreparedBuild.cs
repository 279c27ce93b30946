using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;
using ImageOperator.Cli.Hosting;
using ImageOperator.Cli.Manifests;
using ImageOperator.Cli.Validate;
using ImageOperator.Workspaces;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>A build that was judged as a whole: nothing has been started or written.</summary>
internal sealed record PreparedBuild(ChosenBuild Chosen, ImageTemplateSpec Template, IReadOnlyList<string> Targets, ParameterInputs Parameters, ConnectionSecrets Connection, Workspace Workspace, PublishSecrets Publishing)
{
    /// <summary>What its results are filed under: those of one template are compared with one another.</summary>
    public string ResultKey => Chosen.Spec.Template is null ? $"{Chosen.Namespace}/{Chosen.Spec.TemplateRef!.Name}" : $"{Chosen.Namespace}/build/{Chosen.Name}";

    /// <summary>What fetches the files that the manifests do not have.</summary>
    /// <param name="folder">The workspace's folder.</param>
    /// <param name="scratch">A folder for what goes.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="uid">The build's UID.</param>
    /// <param name="time">The clock.</param>
    public SharedWorkspace Fetching(string folder, string scratch, string cache, string uid, TimeProvider time)
    {
        var request = new WorkspaceRequest
        {
            Entries = Template.Workspace,
            Values = ExpressionValues.Of(Template.Parameters, Parameters.Values).With(KnownNames.BuildId, uid).With(KnownNames.BuildName, Chosen.Name),
            Folder = folder,
            Cache = cache,
            Scratch = scratch,
            Namespace = Chosen.Namespace,
            Credentials = Workspace.Credentials,
        };
        return new(new WorkspaceFetcher(request, new MemoryPins(), time));
    }

    /// <returns>Null if the manifests are not valid; the mistakes have been told.</returns>
    /// <exception cref="UsageException">The command line does not fit the manifests.</exception>
    public static PreparedBuild? Of(CliContext context, BuildOptions options)
    {
        var files = ManifestFiles.Read(options.Files, context.In);
        // What the command line sets is not missing; its own rules judge it below.
        var given = options.Parameters.Concat(options.ParameterFiles).Concat(options.Secrets).Select(o => o.Split('=')[0]).Concat(ParameterInputs.NamesIn(options.VariableFiles))
            .Select(name => $"spec.parameters.{name}").ToHashSet(StringComparer.Ordinal);
        var problems = ManifestChecks.Check(files).Where(p => p.Severity == Severity.Error && !given.Contains(p.Path)).ToList();
        if (problems.Count > 0)
        {
            ProblemReport.WriteText(context.Error, context.Error, files.Documents.Count, problems);
            return null;
        }

        var chosen = ChosenBuild.Choose(files.Documents, options.Build, options.Template);
        var template = LocalTargets.Apply(chosen.Template, chosen.Spec.Targets, options);
        var parameters = ParameterInputs.Resolve(chosen, options, context, files.Documents);
        var connection = ConnectionSecrets.Resolve(template.Communicator, options, context, files.Documents);
        var workspace = new Workspace(template.Workspace, files.Documents);
        if (options.WorkspaceFolder is null) workspace.Check();
        else if (!Directory.Exists(options.WorkspaceFolder)) throw new UsageException($"--workspace {options.WorkspaceFolder}: there is no such folder");
        var targets = LocalTargets.Choose(template, options.Targets.Count > 0 ? options.Targets : chosen.Spec.Targets);
        var publishing = PublishSecrets.Of(template.Targets.Where(t => targets.Contains(t.Name)), files.Documents);
        return new(chosen, template, targets, parameters, connection, workspace, publishing);
    }
}
