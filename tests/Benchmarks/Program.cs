using System.CommandLine;
using ImageOperator.Benchmarks;
using ImageOperator.Benchmarks.Operator;
using ImageOperator.Benchmarks.Transfers;

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

var program = new Option<string>("--program") { Description = "The published operator, image-operator.dll", Required = true };
var builds = new Option<int>("--builds") { Description = "Builds at once", DefaultValueFactory = _ => 1000 };
var finished = new Option<int>("--finished") { Description = "Ended builds in the store", DefaultValueFactory = _ => 10_000 };
var rest = new Option<int>("--rest") { Description = "Seconds to watch the operator at rest", DefaultValueFactory = _ => 60 };
var outage = new Option<int>("--outage") { Description = "Seconds without an API server", DefaultValueFactory = _ => 60 };
var only = new Option<string[]>("--only") { Description = "Measure these alone: floor, backlog, burst, latency, rest, failover, store", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
var measureOperator = new Command("operator", "Measures the operator on a real API server, with a node and builders that pretend") { program, builds, finished, rest, outage, only, output };
measureOperator.SetAction((parsed, _) => new OperatorBenchmark(new()
{
    Program = Path.GetFullPath(parsed.GetRequiredValue(program)),
    Builds = parsed.GetValue(builds),
    Finished = parsed.GetValue(finished),
    Rest = TimeSpan.FromSeconds(parsed.GetValue(rest)),
    Outage = TimeSpan.FromSeconds(parsed.GetValue(outage)),
    Only = parsed.GetRequiredValue(only),
    Output = Path.GetFullPath(parsed.GetRequiredValue(output)),
}).RunAsync());
root.Subcommands.Add(measureOperator);

var seconds = new Option<double>("--seconds") { Description = "How long each expression is measured", DefaultValueFactory = _ => 2 };
var measureExpressions = new Command("expressions", "Measures the evaluator of expressions") { seconds };
measureExpressions.SetAction(parsed => ExpressionBenchmark.Run(TimeSpan.FromSeconds(parsed.GetValue(seconds))));
root.Subcommands.Add(measureExpressions);
var measureTransfers = new Command("transfers", "Measures copies to and from a guest beside scp, sftp, tar over ssh and Packer") { runs };
measureTransfers.SetAction(parsed => TransferBenchmark.RunAsync(parsed.GetValue(runs)));
root.Subcommands.Add(measureTransfers);
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
