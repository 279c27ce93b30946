namespace ImageOperator.Api.Platforms;

/// <summary>The forms of endpoints that replace a cloud's own.</summary>
internal static class EndpointForm
{
    public const string UrlPattern = "^https?://[^/@?#]+(/[^?#@]*)?$";

    public const string WebSocketPattern = "^wss?://[^/@?#]+(/[^?#@]*)?$";

    public const int MaxBundle = 65536;
}
