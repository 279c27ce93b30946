namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>A server does not pass a connection on.</summary>
/// <param name="description">What the server says.</param>
/// <param name="isDenied">Its configuration forbids it; else it could not connect.</param>
internal sealed class ForwardRefusedException(string description, bool isDenied) : Exception(description)
{
    public bool IsDenied { get; } = isDenied;
}
