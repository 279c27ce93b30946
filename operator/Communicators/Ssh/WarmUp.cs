using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Communicators.Ssh.Keys;
using ImageOperator.Communicators.Ssh.SshNet;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Renci.SshNet;

namespace ImageOperator.Communicators.Ssh;

/// <summary>
/// Has the code of a login compiled while the guest still boots: compiling it costs some tenths of a second, which would
/// otherwise stand between the guest's greeting and the login. Nothing depends on it.
/// </summary>
internal static class WarmUp
{
    private static readonly Lazy<Task> Once = new(() => Task.Run(Run));

    // What a login runs through, by the names of its types; a name that is no longer there is left out.
    private static readonly string[] Parts =
    [
        "Session", "ConnectionInfo", "ServiceFactory", "SshMessageFactory", "PrivateKeyFile", "PrivateKeyAuthenticationMethod", "NoneAuthenticationMethod",
        "ClientAuthentication", "AuthenticationMethod", "ProtocolVersionExchange", "SshIdentification", "SshDataStream", "SshData", "Message", "Request", "Channel",
        "KeyExchange", "KeyHostAlgorithm", "ED25519", "Ed25519", "ChaCha20", "Poly1305", "Cipher", "SocketAbstraction", "SocketExtensions", "ArrayBuffer", "HostKey",
        "OpenSSH", "Extensions", "Pack",
    ];

    /// <summary>Begins, at the first call.</summary>
    public static void Begin() => _ = Once.Value;

    /// <summary>Completes when everything is compiled.</summary>
    public static Task Done => Once.Value;

    private static void Run()
    {
        try
        {
            Exercise();
            foreach (var type in typeof(Session).Assembly.GetTypes().Concat(typeof(WarmUp).Assembly.GetTypes()).Where(IsPart)) Prepare(type);
        }
        catch (Exception error) when (error is CryptoException or SocketException or TypeLoadException or MissingMemberException or TargetInvocationException or InvalidOperationException)
        {
            // Then the login itself compiles what it needs.
        }
    }

    private static bool IsPart(Type type) => !type.ContainsGenericParameters && !type.IsInterface
        && (type.Assembly == typeof(WarmUp).Assembly || Parts.Any(part => type.FullName!.Contains(part, StringComparison.Ordinal)));

    private static void Prepare(Type type)
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            if (method.IsAbstract || method.ContainsGenericParameters || method.GetMethodImplementationFlags().HasFlag(MethodImplAttributes.InternalCall)) continue;
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
    }

    private static void Exercise()
    {
        var random = new SecureRandom();
        var pair = Ed25519KeyPair.Create("warm-up");
        var key = new Ed25519PrivateKeyParameters(random);
        var signer = new Ed25519Signer();
        signer.Init(true, key);
        var signature = signer.GenerateSignature();
        signer.Init(false, key.GeneratePublicKey());
        signer.VerifySignature(signature);

        var agreement = new X25519Agreement();
        agreement.Init(new X25519PrivateKeyParameters(random));
        agreement.CalculateAgreement(new X25519PrivateKeyParameters(random).GeneratePublicKey(), new byte[agreement.AgreementSize], 0);

        var cipher = new ChaCha7539Engine();
        cipher.Init(true, new ParametersWithIV(new KeyParameter(new byte[32]), new byte[12]));
        cipher.ProcessBytes(new byte[256], 0, 256, new byte[256], 0);
        var mac = new Poly1305();
        mac.Init(new KeyParameter(new byte[32]));
        mac.BlockUpdate(new byte[256], 0, 256);
        mac.DoFinal(new byte[mac.GetMacSize()], 0);

        using var file = new PrivateKeyFile(new MemoryStream(Encoding.ASCII.GetBytes(pair.PrivatePem)));
        using var method = new PrivateKeyAuthenticationMethod("warm-up", file);
        var info = new ConnectionInfo("localhost", "warm-up", method);
        Algorithms.Choose(info, ["ssh-ed25519"], emulated: true);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var session = HandedSocket.CreateSession(info, socket);
    }
}
