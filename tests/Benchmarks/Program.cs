using System.CommandLine;
using ImageOperator.Benchmarks;

var runs = new Option<int>("--runs") { Description = "Runs of each peer; medians are told", DefaultValueFactory = _ => 5 };
var pods = new Option<int>("--pods") { Description = "Builds applied to measure how soon there is a pod", DefaultValueFactory = _ => 20 };
var work = new Option<string>("--work") { Description = "The folder that eng/bench.sh has prepared", Required = true };
var imagectl = new Option<string>("--imagectl") { Description = "The program to measure", Required = true };
var kubeconfig = new Option<string?>("--kubeconfig") { Description = "The cluster; without it nothing is measured there" };
var names = new Option<string>("--namespace") { Description = "The namespace with the template", DefaultValueFactory = _ => "bench" };
var output = new Option<string>("--output") { Description = "The folder of the results", DefaultValueFactory = _ => "artifacts/bench" };
var root = new RootCommand("Measures imagectl and the operator beside Packer") { runs, pods, work, imagectl, kubeconfig, names, output };
root.SetAction((parsed, cancellationToken) => new Benchmark(new()
{
    Runs = parsed.GetValue(runs),
    Pods = parsed.GetValue(pods),
    Work = Path.GetFullPath(parsed.GetRequiredValue(work)),
    Imagectl = Path.GetFullPath(parsed.GetRequiredValue(imagectl)),
    Kubeconfig = parsed.GetValue(kubeconfig),
    Namespace = parsed.GetRequiredValue(names),
    Output = Path.GetFullPath(parsed.GetRequiredValue(output)),
}).RunAsync(cancellationToken));
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
