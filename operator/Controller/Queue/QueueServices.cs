using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Hosting;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Queue;

/// <summary>Putting the queue into a host.</summary>
internal static class QueueServices
{
    public static IServiceCollection AddQueue(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddInformer<ImagePlatform>();
        // With rights in one namespace only there is nothing of the cluster to watch.
        if (string.IsNullOrEmpty(configuration.GetValue<string>(nameof(OperatorOptions.WatchNamespace)))) services.AddInformer<ClusterImagePlatform>();
        services.AddSingleton<UsageBook>().AddSingleton<UsageLedger>();
        services.AddHostedService<UsageTeller>();
        services.AddSingleton(p => new QueueLimits(
            Options(p).Limits, p.GetRequiredService<IInformer<ImagePlatform>>(), p.GetService<IInformer<ClusterImagePlatform>>(), p.GetRequiredService<UsageBook>()));
        services.AddSingleton<IQueueLimits>(p => p.GetRequiredService<QueueLimits>());
        services.AddSingleton(p => new QueueSeed(p.GetRequiredService<IClient>(), p.GetRequiredService<QueueLimits>(), Options(p).WatchNamespace));
        services.AddSingleton(new QueuePolicy());
        return services.AddSingleton<QueueMetrics>().AddSingleton<AdmissionQueue>();
    }

    private static OperatorOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<OperatorOptions>>().Value;
}
