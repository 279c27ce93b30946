using ImageOperator.Cli;
using ImageOperator.Cli.Hosting;

return await CommandTree.RunAsync(args, CliContext.OfProcess()).ConfigureAwait(false);
