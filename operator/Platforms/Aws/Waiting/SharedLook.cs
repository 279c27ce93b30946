namespace ImageOperator.Platforms.Aws.Waiting;

/// <summary>Those who wait for things of one kind at one place: who looks, looks for all of them, with one call.</summary>
/// <param name="idOf">A thing's ID.</param>
internal sealed class SharedLook<T>(Func<T, string> idOf)
    where T : class
{
    /// <summary>For how long AWS may not show what is there.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<Seat> _seats = [];

    /// <summary>Looks until there is an answer. What another one's look tells is as good as an own one's.</summary>
    /// <param name="awaited">What is awaited.</param>
    /// <param name="pause">How long to wait after a look, by how long it has taken already.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TAnswer> WaitAsync<TAnswer>(Awaited<T, TAnswer> awaited, Func<TimeSpan, TimeSpan> pause, TimeProvider time, CancellationToken cancellationToken)
        where TAnswer : class
    {
        var seat = new Seat(awaited.Id);
        lock (_lock) _seats.Add(seat);
        try
        {
            var start = time.GetTimestamp();
            var shown = start;
            var found = await LookAsync(seat, awaited.Describe, cancellationToken).ConfigureAwait(false);
            while (true)
            {
                if (found is not null) shown = time.GetTimestamp();
                if ((found is not null || time.GetElapsedTime(shown) >= awaited.Settling) && awaited.Judge(found) is { } answer) return answer;
                found = await HearAsync(seat, pause(time.GetElapsedTime(start)), time, cancellationToken).ConfigureAwait(false) is { } news
                    ? news.Found
                    : await LookAsync(seat, awaited.Describe, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_lock) _seats.Remove(seat);
        }
    }

    /// <summary>What another one's look tells within the pause; null if there was none.</summary>
    private static async Task<Sight?> HearAsync(Seat seat, TimeSpan pause, TimeProvider time, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (news, over) = (seat.News, Task.Delay(pause, time, enough.Token));
        if (await Task.WhenAny(news, over).ConfigureAwait(false) == news)
        {
            await enough.CancelAsync().ConfigureAwait(false);
            return (await news.ConfigureAwait(false)).OrNull;
        }

        await over.ConfigureAwait(false);
        return null;
    }

    private async Task<T?> LookAsync(Seat seat, Func<List<string>, Task<IReadOnlyList<T>>> describe, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<Sight>? news;
            List<Seat> all = [];
            lock (_lock)
            {
                // Somebody asks for it at this moment.
                news = seat.IsAsked ? seat.News : null;
                if (news is null) all = _seats.FindAll(s => !s.IsAsked);
                foreach (var one in all) one.IsAsked = true;
            }

            if (news is null) return await LookForAllAsync(all, seat, describe).ConfigureAwait(false);
            // Who asked may have failed, or given up.
            if ((await news.WaitAsync(cancellationToken).ConfigureAwait(false)).OrNull is { } sight) return sight.Found;
        }
    }

    private async Task<T?> LookForAllAsync(List<Seat> all, Seat own, Func<List<string>, Task<IReadOnlyList<T>>> describe)
    {
        Dictionary<string, T>? found = null;
        try
        {
            found = (await describe([.. all.Select(s => s.Id).Distinct()]).ConfigureAwait(false)).ToDictionary(idOf);
            return found.GetValueOrDefault(own.Id);
        }
        finally
        {
            foreach (var seat in all)
            {
                lock (_lock) seat.IsAsked = false;
                if (seat != own) seat.Tell(new(found is not null, found?.GetValueOrDefault(seat.Id)));
            }
        }
    }

    /// <param name="Succeeded">Whether AWS has answered.</param>
    /// <param name="Found">The thing; null if it is not shown.</param>
    private sealed record Sight(bool Succeeded, T? Found)
    {
        public Sight? OrNull => Succeeded ? this : null;
    }

    /// <summary>One who waits.</summary>
    private sealed class Seat(string id)
    {
        private TaskCompletionSource<Sight> _news = New();

        public string Id => id;

        /// <summary>A call that asks for it is under way.</summary>
        public bool IsAsked { get; set; }

        /// <summary>What the next look of another one tells.</summary>
        public Task<Sight> News => Volatile.Read(ref _news).Task;

        public void Tell(Sight sight) => Interlocked.Exchange(ref _news, New()).SetResult(sight);

        private static TaskCompletionSource<Sight> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What one waits for.</summary>
/// <param name="Id">Its ID.</param>
/// <param name="Settling">How long it must not be shown until it is taken for gone.</param>
/// <param name="Describe">Reads those of the IDs that AWS shows; for all who wait, on the first one's account.</param>
/// <param name="Judge">The answer, or null if there is none yet. Gets null for what is gone.</param>
internal sealed record Awaited<T, TAnswer>(string Id, TimeSpan Settling, Func<List<string>, Task<IReadOnlyList<T>>> Describe, Func<T?, TAnswer?> Judge)
    where T : class
    where TAnswer : class;
