using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Builds;

namespace ImageOperator.Engine.Inputs;

/// <summary>
/// The workspace as inputs: each mounted file by itself; a fetched entry or a volume's folder as one, with the commit or digest that people
/// know it by. What was fetched counts by its bytes: a commit that changes other folders changes nothing.
/// </summary>
internal sealed class WorkspaceInputs(BuildPlan plan, IReadOnlyList<WorkspaceStatus> fetched)
{
    /// <summary>What stands before a file's path; alone the name of the one input that many mounted files are.</summary>
    public const string Name = "workspace";

    /// <summary>More files are one input: status must stay small.</summary>
    private const int MostInputs = 32;

    private readonly SaltedHash _salted = new(plan.Salt);

    /// <exception cref="IOException">A file cannot be read.</exception>
    public void AddTo(InputList list, CancellationToken cancellationToken) => Add(list, _ => false, cancellationToken);

    /// <summary>What may change while a build runs: mounts, not what was fetched. Secrets can be compared only where there is a salt.</summary>
    public IReadOnlyList<(string Name, string Digest)> Mutable(CancellationToken cancellationToken)
    {
        var list = new InputList();
        Add(list, path => Entry(path) is { } entry && entry.Path == path && !IsMutable(entry), cancellationToken);
        return Mutable(list.Inputs);
    }

    /// <summary>Those of noted inputs.</summary>
    public IReadOnlyList<(string Name, string Digest)> Mutable(IEnumerable<BuildInput> noted) =>
        [.. noted.Where(i => i.Name == Name || (i.Name.StartsWith(Name + "/", StringComparison.Ordinal) && Entry(i.Name[(Name.Length + 1)..]) is var entry && (entry is null || IsMutable(entry))))
            .Select(i => (i.Name, i.Digest))];

    private bool IsMutable(WorkspaceSource entry) => !entry.IsFetched() && (entry.Secret is null || plan.Salt is not null);

    private void Add(InputList list, Func<string, bool> skip, CancellationToken cancellationToken)
    {
        var files = WorkspaceFiles.Read(plan.Folders.Workspace, skip, cancellationToken);
        var plain = new List<KeyValuePair<string, byte[]>>();
        foreach (var group in files.GroupBy(f => Entry(f.Key)).OrderBy(g => g.Key?.Path, StringComparer.Ordinal))
        {
            switch (group.Key)
            {
                case { Secret: not null }:
                    foreach (var (path, hash) in group) list.Add($"{Name}/{path}", _salted.Of($"{Name}/{path}", Convert.ToHexStringLower(hash)));
                    break;
                case { } entry when entry.IsFetched() || entry.PersistentVolumeClaim is not null:
                    var pin = fetched.FirstOrDefault(f => f.Path == entry.Path);
                    list.Add($"{Name}/{entry.Path}", WorkspaceFiles.Together(group), pin?.Revision ?? pin?.Digest);
                    break;
                default:
                    plain.AddRange(group);
                    break;
            }
        }

        plain.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        if (plain.Count > MostInputs) list.Add(Name, WorkspaceFiles.Together(plain));
        else foreach (var (path, hash) in plain) list.Add($"{Name}/{path}", hash);
    }

    private WorkspaceSource? Entry(string path) =>
        plan.Template.Workspace.FirstOrDefault(e => path == e.Path || path.StartsWith(e.Path + "/", StringComparison.Ordinal));
}
