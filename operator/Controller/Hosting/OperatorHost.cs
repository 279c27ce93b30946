using System.Globalization;
using ImageOperator.Controller.Webhooks;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Controller.Hosting;

/// <summary>Builds the program's host.</summary>
internal static class OperatorHost
{
    private const string ConfigOption = "--config";

    public static WebApplication Build(string[] args)
    {
        var (file, rest) = SplitConfig(args);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "image-operator", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false);
        if (file is not null) builder.Configuration.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        builder.Configuration.AddEnvironmentVariables("IMAGEOPERATOR_").AddCommandLine(rest);
        builder.Logging.ClearProviders().AddConfiguration(builder.Configuration.GetSection("Logging")).AddJsonConsole(console =>
        {
            console.UseUtcTimestamp = true;
            console.IncludeScopes = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));
        builder.Services.AddSingleton<TimeProvider>(new ServerClock(TimeProvider.System));
        builder.Services.AddImageOperator(builder.Configuration);
        var port = builder.Configuration.GetValue(nameof(OperatorOptions.HealthPort), new OperatorOptions().HealthPort);
        var webhook = builder.Configuration.GetSection(nameof(OperatorOptions.Webhook)).Get<WebhookOptions>() ?? new();
        builder.Services.AddAdmission(webhook);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenAnyIP(port);
            kestrel.ListenForAdmission(webhook);
        });
        builder.AddTelemetry();
        var app = builder.Build();
        app.UseTelemetry();
        app.MapHealth(app.Services);
        app.MapAdmission(webhook);
        return app;
    }

    private static (string? File, string[] Others) SplitConfig(string[] args)
    {
        var at = Array.IndexOf(args, ConfigOption);
        if (at < 0) return (null, args);
        if (at + 1 >= args.Length) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{ConfigOption} needs a file"));
        return (args[at + 1], [.. args[..at], .. args[(at + 2)..]]);
    }
}
