using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>The double behind TLS, as much HTTP as the SDK speaks: for programs that are not this one, and for endpoints with an authority of their own.</summary>
internal sealed class ArmServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ArmCloud _cloud;
    private readonly X509Certificate2 _certificate;

    public ArmServer(ArmCloud cloud)
    {
        _cloud = cloud;
        _certificate = Certify();
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public string Address => $"https://localhost:{((IPEndPoint)_listener.LocalEndPoint!).Port}";

    /// <summary>Whom clients must trust.</summary>
    public string Bundle => _certificate.ExportCertificatePem();

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
    }

    private static X509Certificate2 Certify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var secure = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await secure.AuthenticateAsServerAsync(_certificate);
            await using var stream = new BufferedStream(secure);
            while (await ReadLineAsync(stream) is { Length: > 0 } first)
            {
                using var request = await ReadAsync(first, stream);
                using var answer = await _cloud.SendAsync(request);
                var body = await answer.Content.ReadAsByteArrayAsync();
                var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {(int)answer.StatusCode} X\r\nContent-Length: {body.Length}\r\n"));
                if (answer.Content.Headers.ContentType is { } type) head.Append(CultureInfo.InvariantCulture, $"Content-Type: {type}\r\n");
                foreach (var (name, values) in answer.Headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {string.Join(',', values).Replace("https://management.azure.com", Address, StringComparison.Ordinal)}\r\n");
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
                await stream.WriteAsync(body);
                await stream.FlushAsync();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or HttpRequestException or AuthenticationException)
        {
            // The client has gone, does not trust us, or an injected fault breaks the connection.
        }
    }

    private async Task<HttpRequestMessage> ReadAsync(string first, Stream stream)
    {
        var headers = new List<(string Name, string Value)>();
        while (await ReadLineAsync(stream) is { Length: > 0 } line) headers.Add((line.Split(':')[0], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()));
        var length = int.Parse(headers.Find(h => h.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Value ?? "0", CultureInfo.InvariantCulture);
        var parts = first.Split(' ');
        var request = new HttpRequestMessage(new HttpMethod(parts[0]), new Uri(Address + parts[1]));
        if (length == 0 && parts[0] is "GET" or "DELETE") return request;
        var body = new byte[length];
        await stream.ReadExactlyAsync(body);
        request.Content = new ByteArrayContent(body);
        return request;
    }

    /// <returns>Null or empty at the end.</returns>
    private static async Task<string?> ReadLineAsync(Stream stream)
    {
        var (line, one) = (new StringBuilder(), new byte[1]);
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        return null;
    }
}
