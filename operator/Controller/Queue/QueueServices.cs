using ImageOperator.Controller.Hosting;
using ImageOperator.Runtime.Client;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Queue;

/// <summary>Putting the queue into a host.</summary>
internal static class QueueServices
{
    public static IServiceCollection AddQueue(this IServiceCollection services)
    {
        services.AddSingleton(p => new QueueLimits(Options(p).Limits));
        services.AddSingleton<IQueueLimits>(p => p.GetRequiredService<QueueLimits>());
        services.AddSingleton(p => new QueueSeed(p.GetRequiredService<IClient>(), p.GetRequiredService<QueueLimits>(), Options(p).WatchNamespace));
        services.AddSingleton(new QueuePolicy());
        return services.AddSingleton<QueueMetrics>().AddSingleton<AdmissionQueue>();
    }

    private static OperatorOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<OperatorOptions>>().Value;
}
