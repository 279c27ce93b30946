using ImageOperator.Communicators.Ssh.Tests.Servers;

namespace ImageOperator.Communicators.Ssh.Tests;

public sealed class KeyTests
{
    [Fact]
    public async Task PrivateKeys_AreAcceptedByOpenSshAndDropbear()
    {
        var keygen = Tools.Require("ssh-keygen", "openssh-client");
        var convert = Tools.Require("dropbearconvert", "dropbear-bin");
        var folder = Directory.CreateTempSubdirectory("io-keys-");
        try
        {
            for (var i = 0; i < 5; i++)
            {
                var credentials = Sessions.NewCredentials();
                var path = Path.Combine(folder.FullName, $"key{i}");
                await File.WriteAllTextAsync(path, credentials.PrivateKey, TestContext.Current.CancellationToken);
                File.SetUnixFileMode(path, UnixFileMode.UserRead);
                var (exitCode, output) = await Tools.RunAsync(keygen, "-y", "-P", "", "-f", path);
                Assert.Equal((0, credentials.PublicKey), (exitCode, output.Trim()));
                (exitCode, output) = await Tools.RunAsync(convert, "openssh", "dropbear", path, path + ".db");
                Assert.True(exitCode == 0, output);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
