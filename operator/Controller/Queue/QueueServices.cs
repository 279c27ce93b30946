using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Hosting;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Queue;

/// <summary>Putting the queue into a host.</summary>
internal static class QueueServices
{
    public static IServiceCollection AddQueue(this IServiceCollection services)
    {
        services.AddInformer<ImagePlatform>();
        // Beside namespaces, even when only one of those is watched.
        services.AddInformer<ClusterImagePlatform>(o => o.Namespace = "");
        services.AddSingleton<UsageBook>();
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<QueueLimits>(p, Options(p).Limits));
        services.AddSingleton<IQueueLimits>(p => p.GetRequiredService<QueueLimits>());
        services.AddSingleton(p => new QueueSeed(p.GetRequiredService<IClient>(), p.GetRequiredService<QueueLimits>(), Options(p).WatchNamespace));
        services.AddSingleton(new QueuePolicy());
        return services.AddSingleton<QueueMetrics>().AddSingleton<AdmissionQueue>();
    }

    private static OperatorOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<OperatorOptions>>().Value;
}
