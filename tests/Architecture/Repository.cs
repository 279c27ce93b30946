using System.Xml.Linq;

namespace ImageOperator.Architecture.Tests;

/// <summary>The repository's files and projects, as they stand on the disk.</summary>
internal sealed class Repository
{
    private static readonly string[] Skipped = [".git", ".github", "artifacts", "bin", "obj", "node_modules", "dist", "TestResults"];

    public static Repository Instance { get; } = new(FindRoot());

    private Repository(string root)
    {
        Root = root;
        Files = [.. Walk(root).Select(f => Path.GetRelativePath(root, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        Projects = [.. Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)).Select(f => Project.Read(root, f))];
    }

    public string Root { get; }

    /// <summary>All files, by their path from the root.</summary>
    public IReadOnlyList<string> Files { get; }

    public IReadOnlyList<Project> Projects { get; }

    public string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder)
            .Where(d => !Skipped.Contains(Path.GetFileName(d)) && new DirectoryInfo(d).LinkTarget is null)
            .SelectMany(Walk));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("there is no ImageOperator.sln above the tests");
    }
}

/// <summary>A project of the tree.</summary>
/// <param name="File">Its file, from the root.</param>
/// <param name="References">The files of the projects that it refers to.</param>
/// <param name="Packages">The packages that it refers to.</param>
internal sealed record Project(string File, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    /// <summary>Its folder below <c>operator</c>: <c>Platforms/Qemu</c>; null for others.</summary>
    public string? Product => File.StartsWith("operator/", StringComparison.Ordinal) ? Path.GetDirectoryName(File["operator/".Length..])!.Replace('\\', '/') : null;

    public static Project Read(string root, string file)
    {
        var xml = XDocument.Load(Path.Combine(root, file));
        var folder = Path.GetDirectoryName(Path.Combine(root, file))!;
        return new(
            file,
            [.. Includes("ProjectReference").Select(i => Path.GetRelativePath(root, Path.GetFullPath(Path.Combine(folder, i.Replace('\\', '/')))).Replace('\\', '/'))],
            [.. Includes("PackageReference")]);

        IEnumerable<string> Includes(string element) => xml.Descendants(element).Select(e => (string?)e.Attribute("Include")).OfType<string>();
    }
}
