using ImageOperator.Runtime.Health;

namespace ImageOperator.Controller.Hosting;

/// <summary>The probes.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, IServiceProvider services)
    {
        Map(routes, "/healthz", services.GetRequiredService<Healthz>());
        Map(routes, "/readyz", services.GetRequiredService<Readyz>());
    }

    private static void Map(IEndpointRouteBuilder routes, string path, HealthState state) => routes.MapGet(path, async context =>
    {
        var report = state.Check();
        context.Response.StatusCode = report.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(report.ToString(), context.RequestAborted).ConfigureAwait(false);
    });
}
