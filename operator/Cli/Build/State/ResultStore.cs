using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Cli.Build.State;

/// <summary>What earlier builds on this machine made, a file for each result, and the salt of the hashes in them.</summary>
/// <param name="root">The state folder of all builds.</param>
internal sealed class ResultStore(string root)
{
    /// <summary>The folder's name; builds' folders end in a part of their UID, so none is called so.</summary>
    public const string FolderName = "results";

    private const int Most = 24;
    private const int SaltLength = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string Folder => Path.Combine(root, FolderName);

    private string SaltFile => Path.Combine(root, "salt");

    /// <summary>The target's results, newest first, the newest with its inputs.</summary>
    public IReadOnlyList<EarlierResult> Of(string template, string target)
    {
        if (!Directory.Exists(Folder)) return [];
        var found = Files(template, target).Take(Most).Select(Read).OfType<EarlierResult>().ToList();
        return [.. found.Select((r, i) => i == 0 ? r : r with { Inputs = null })];
    }

    /// <summary>Keeps a result; one of the same inputs is replaced, and the oldest go.</summary>
    public void Save(string template, string target, EarlierResult result)
    {
        CreateFolder(Folder);
        var path = Path.Combine(Folder, $"{Prefix(template, target)}{Digits(result.InputsDigest)}.json");
        Write(path, JsonSerializer.SerializeToUtf8Bytes(result, ApiJson.Options));
        foreach (var old in Files(template, target).Skip(Most)) File.Delete(old);
    }

    /// <summary>The salt, made at the first call. Without it (it was deleted) builds with secrets are made anew.</summary>
    public byte[] Salt()
    {
        CreateFolder(root);
        // Two processes that make it at once agree on the one whose file is there first.
        if (!File.Exists(SaltFile))
        {
            var own = $"{SaltFile}.{Environment.ProcessId}";
            Write(own, RandomNumberGenerator.GetBytes(SaltLength));
            try
            {
                File.Move(own, SaltFile, overwrite: false);
            }
            catch (IOException) when (File.Exists(SaltFile))
            {
                File.Delete(own);
            }
        }

        return File.ReadAllBytes(SaltFile);
    }

    private List<string> Files(string template, string target) =>
        Directory.EnumerateFiles(Folder, $"{Prefix(template, target)}*.json").OrderByDescending(File.GetLastWriteTimeUtc).ToList();

    // A target's name has no underscore.
    private static string Prefix(string template, string target) => $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(template)))[..16]}_{target}_";

    private static string Digits(string digest) => digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..][..32];

    private static EarlierResult? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<EarlierResult>(File.ReadAllBytes(path), ApiJson.Options);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // What cannot be read is built again, and written again.
            return null;
        }
    }

    private static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static void Write(string path, byte[] content)
    {
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(partial, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }
}
