namespace ImageOperator.Cli.Tests.Support;

/// <summary>The tiny guest, and templates of it.</summary>
internal static class Tiny
{
    /// <summary>The guest's disk.</summary>
    public static string Image { get; } = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/imageoperator/guests/tiny.qcow2");

    /// <summary>Skips the test where the guest or QEMU is missing.</summary>
    public static void Require()
    {
        Assert.SkipUnless(File.Exists(Image) && File.Exists(Image + ".sha256"), $"{Image} is missing: make it with config/dev/guests/guests.sh tiny");
        Assert.SkipUnless(File.Exists("/usr/bin/qemu-system-x86_64"), "QEMU is missing: apt-get install qemu-system-x86 qemu-utils");
    }

    public static string Template(string steps, string tests = "[]", string targets = "lab", string? checksum = null, string? source = null) => $$$"""
        apiVersion: imageoperator.dev/v1alpha1
        kind: ImageTemplate
        metadata: {name: tiny}
        spec:
          parameters:
            - {name: password, sensitive: true}
            - {name: greeting, default: hello, pattern: "[a-z]+"}
            - {name: count, type: number, default: 1, enum: [1, 2]}
          targets:
        {{{string.Join("\n", targets.Split(',').Select(t => Target(t, source ?? Image, checksum ?? Checksum())))}}}
          communicator: {ssh: {user: builder, timeout: 3m}}
          provisioners: {{{steps}}}
          tests: {{{tests}}}
        """;

    private static string Target(string name, string source, string checksum) => $$$"""
            - name: {{{name}}}
              qemu:
                source: {hostPath: {path: {{{source}}}}, checksum: "{{{checksum}}}"}
                memory: 128Mi
                output: {hostPath: {path: /nowhere/images}}
        """;

    /// <summary>The checksum of the guest's disk.</summary>
    public static string Checksum() => File.Exists(Image + ".sha256") ? "sha256:" + File.ReadAllText(Image + ".sha256")[..64] : "sha256:" + new string('0', 64);
}
