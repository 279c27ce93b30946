using System.Net;
using System.Text;
using System.Xml.Linq;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>An answer to the SDK.</summary>
internal sealed record AwsAnswer(HttpStatusCode Status, string Body, string ContentType)
{
    public bool Succeeded => (int)Status < 300;

    public static AwsAnswer Return(string action) => Of(action, "<return>true</return>");

    public static AwsAnswer Of(string action, string content) => Xml(HttpStatusCode.OK, $"<{action}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>proxy</requestId>{content}</{action}Response>");

    /// <summary>An error, in the form of the service.</summary>
    public static AwsAnswer Error(string service, HttpStatusCode status, string code, string message) => service switch
    {
        "ec2" => Xml(status, $"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>req-1</RequestID></Response>"),
        "iam" => Xml(status, $"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>req-1</RequestId></ErrorResponse>"),
        _ => new(status, $"{{\"__type\":\"{code}\",\"message\":\"{message}\"}}", "application/x-amz-json-1.1"),
    };

    public AwsAnswer Change(Action<XElement> change)
    {
        var document = XElement.Parse(Body);
        change(document);
        return this with { Body = document.ToString(SaveOptions.DisableFormatting) };
    }

    public HttpResponseMessage ToResponse()
    {
        var response = new HttpResponseMessage(Status) { Content = new StringContent(Body, Encoding.UTF8) };
        response.Content.Headers.Remove("Content-Type");
        response.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        return response;
    }

    private static AwsAnswer Xml(HttpStatusCode status, string body) => new(status, body, "text/xml");
}

/// <summary>Moves in XML whose namespace differs from call to call.</summary>
internal static class XmlMoves
{
    public static IEnumerable<XElement> Named(this XContainer element, string name) => element.Descendants().Where(e => e.Name.LocalName == name);

    public static XElement? Child(this XElement element, string name) => element.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    public static string? Text(this XElement element, string name) => element.Child(name)?.Value;

    public static void Set(this XElement element, string name, string value)
    {
        if (element.Child(name) is { } child) child.Value = value;
        else element.Add(new XElement(element.Name.Namespace + name, value));
    }
}
