namespace ImageOperator.Communicators.Ssh.Transfers;

/// <summary>Where a copy goes: a trailing slash at the destination means "into", at a source folder "its content".</summary>
internal static class TransferPaths
{
    public static string Destination(string source, string destination) => !destination.EndsWith('/')
        ? destination
        : source.EndsWith('/') ? destination : destination + source[(source.LastIndexOf('/') + 1)..];
}
