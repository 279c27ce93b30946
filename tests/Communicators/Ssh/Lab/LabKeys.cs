using ImageOperator.Communicators.Ssh.Tests.Servers;

namespace ImageOperator.Communicators.Ssh.Tests.Lab;

/// <summary>Keys as ssh-keygen makes them.</summary>
internal static class LabKeys
{
    private static readonly string Keygen = Tools.Require("ssh-keygen", "openssh-client");

    /// <summary>A private key and its public line.</summary>
    public static async Task<(string Private, string Public)> CreateAsync(string folder, string type, string passphrase = "", params string[] more)
    {
        var path = Path.Combine(folder, $"key-{Guid.NewGuid():N}");
        await RunAsync(["-q", "-t", type, "-N", passphrase, "-C", "lab", "-f", path, .. more]);
        return (await File.ReadAllTextAsync(path), (await File.ReadAllTextAsync(path + ".pub")).Trim());
    }

    /// <summary>A user certificate.</summary>
    /// <param name="folder">Where to work.</param>
    /// <param name="authority">The private key of the authority.</param>
    /// <param name="publicLine">The key that is certified.</param>
    /// <param name="principal">Whom it lets in.</param>
    /// <param name="validity">As of ssh-keygen's option -V.</param>
    public static async Task<string> SignAsync(string folder, string authority, string publicLine, string principal, string validity)
    {
        var name = Path.Combine(folder, $"signed-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(name + ".pub", publicLine + "\n");
        await File.WriteAllTextAsync(name + "-ca", authority);
        File.SetUnixFileMode(name + "-ca", UnixFileMode.UserRead);
        await RunAsync("-q", "-s", name + "-ca", "-I", "lab", "-n", principal, "-V", validity, name + ".pub");
        return await File.ReadAllTextAsync(name + "-cert.pub");
    }

    public static async Task<string> FingerprintAsync(string folder, string publicLine)
    {
        var path = Path.Combine(folder, $"print-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(path, publicLine + "\n");
        var (_, output) = await Tools.RunAsync(Keygen, "-l", "-f", path);
        return output.Split(' ')[1];
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var (exitCode, output) = await Tools.RunAsync(Keygen, arguments);
        Assert.True(exitCode == 0, output);
    }
}
