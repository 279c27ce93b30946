using System.Text.Json.Serialization.Metadata;
using k8s.Models;

namespace ImageOperator.Runtime.Client;

/// <summary>The server reads metav1.MicroTime only with exactly six decimals; the models say DateTime for both kinds of time.</summary>
internal static class MicroTime
{
    private static readonly TimeConverter Converter = new(micro: true);

    private static readonly HashSet<(Type, string)> Properties =
    [
        (typeof(V1LeaseSpec), "acquireTime"), (typeof(V1LeaseSpec), "renewTime"),
        (typeof(Eventsv1Event), "eventTime"), (typeof(Eventsv1EventSeries), "lastObservedTime"),
        (typeof(Corev1Event), "eventTime"), (typeof(Corev1EventSeries), "lastObservedTime"),
    ];

    public static void Modify(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(p => Properties.Contains((type.Type, p.Name))))
        {
            property.CustomConverter = property.PropertyType == typeof(DateTime) ? Converter : new NullableTimeConverter(Converter);
        }
    }
}
