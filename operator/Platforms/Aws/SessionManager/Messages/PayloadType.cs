namespace ImageOperator.Platforms.Aws.SessionManager.Messages;

/// <summary>What a message's payload is, as the agent counts them.</summary>
internal enum PayloadType : uint
{
    None = 0,
    Output = 1,
    HandshakeRequest = 5,
    HandshakeResponse = 6,
    HandshakeComplete = 7,
    Flag = 10,
}
