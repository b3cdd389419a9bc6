using MicroIntervention.Engine.Delivery;
using MicroIntervention.Engine.Primitives;
using Polly;
using Polly.CircuitBreaker;

namespace MicroIntervention.Web.Channels.Webhook;

/// <summary>Everything about one address: its two queues, its sender threads, its breaker. A slow or dead receiver holds up nobody but itself.</summary>
internal sealed class WebhookLane : IDisposable
{
    // Prompts that wait longer than this get another sender, up to the limit.
    private const long GrowAfterMs = 5;

    // A sender above the minimum leaves after this long without work.
    private const long PatienceMs = 30_000;

    // How often a handoff looks whether a closed gate has opened again.
    private const long GateRecheckMs = 500;

    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly WebhookWiring _wiring;
    private readonly ILogger _log;
    private readonly Action<int, string> _switchOff;
    private readonly JobQueue _prompts;
    private readonly JobQueue _handoffs;
    private readonly ResiliencePipeline<Attempt> _breaker;
    private readonly CircuitBreakerStateProvider _breakerState = new();
    private readonly Lock _gate = new();
    private readonly List<WebhookSender> _senders = [];
    private volatile string? _offReason;
    private int _promptSenders;
    private long _pausedUntilMs;

    public WebhookLane(
        WebhookEndpoint endpoint, WebhookOptions options, TimeProvider time, WebhookWiring wiring, ILogger log, Action<int, string> switchOff)
    {
        Endpoint = endpoint;
        _options = options;
        _time = time;
        _wiring = wiring;
        _log = log;
        _switchOff = switchOff;
        _prompts = new JobQueue(options.PromptCapacity);
        _handoffs = new JobQueue(options.HandoffCapacity);
        _breaker = new ResiliencePipelineBuilder<Attempt> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Attempt>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = options.BreakDuration,
                ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Result.IsReceiverFault),
                StateProvider = _breakerState,
                OnOpened = args =>
                {
                    log.Broken(endpoint.Number, endpoint.Name, args.BreakDuration.TotalSeconds);
                    return default;
                },
                OnClosed = _ =>
                {
                    log.Mended(endpoint.Number, endpoint.Name);
                    return default;
                },
            })
            .Build();
        for (var i = 0; i < options.MinSenders; i++)
        {
            AddPromptSender_NeedsLock();
        }

        Start(_handoffs, isExtra: false, "handoff");
    }

    public WebhookEndpoint Endpoint { get; }

    public WebhookCounts Counts { get; } = new();

    /// <summary>True once the receiver said 410; only a new lane sends again.</summary>
    public bool IsOff => _offReason is not null;

    public WebhookStatus Status
    {
        get
        {
            var (health, says) = Describe();
            return new WebhookStatus(Endpoint.Number, Endpoint.Name, health, says, _prompts.InHand + _handoffs.InHand, Counts);
        }
    }

    public void Send(DeliveryRequest request, IDeliveryObserver observer)
    {
        var job = new WebhookJob(request, observer);
        if (_offReason is not null)
        {
            End(job, DeliveryResult.NoReceiver);
            return;
        }

        if (request.Body.Length > WebhookSender.MaxBodyBytes)
        {
            End(job, DeliveryResult.Failed);
            return;
        }

        job.DueMs = Environment.TickCount64;
        if (!(job.IsPrompt ? _prompts : _handoffs).TryOffer(job))
        {
            End(job, DeliveryResult.Overloaded);
        }
    }

    /// <summary>True while a request that saw its gate open is not yet with the socket.</summary>
    public bool HasStartingSend
    {
        get
        {
            lock (_gate)
            {
                return _senders.Exists(sender => sender.IsStarting);
            }
        }
    }

    /// <summary>Cuts attempts past their time, and adds a sender where prompts wait for one.</summary>
    public void Watch(long nowMs)
    {
        lock (_gate)
        {
            foreach (var sender in _senders)
            {
                sender.AbortIfOverdue(nowMs);
            }

            if (_prompts.HasWaitedSince(nowMs - GrowAfterMs) && _promptSenders < _options.MaxSenders)
            {
                AddPromptSender_NeedsLock();
            }
        }
    }

    /// <summary>Withdraws everything for these visitors; what a sender has in hand gets no further attempt.</summary>
    public void Drop(IReadOnlySet<VisitorId> visitors)
    {
        foreach (var job in _prompts.Drop(visitors).Concat(_handoffs.Drop(visitors)))
        {
            End(job, DeliveryResult.Withdrawn);
        }
    }

    public void Dispose()
    {
        _offReason ??= "removed";
        foreach (var job in _prompts.Close())
        {
            End(job, DeliveryResult.Failed);
        }

        var handoffs = _handoffs.Close();
        if (handoffs.Count > 0)
        {
            _log.HandoffsLost(handoffs.Count, Endpoint.Number, Endpoint.Name);
        }

        foreach (var job in handoffs)
        {
            End(job, DeliveryResult.Failed);
        }
    }

    private void AddPromptSender_NeedsLock()
    {
        Start(_prompts, _promptSenders >= _options.MinSenders, "prompt");
        _promptSenders++;
    }

    private void Start(JobQueue queue, bool isExtra, string what)
    {
        var sender = new WebhookSender(Endpoint, _options, _time, _wiring);
        lock (_gate)
        {
            _senders.Add(sender);
        }

        new Thread(() => Run(queue, sender, isExtra)) { IsBackground = true, Name = $"webhook {Endpoint.Number} {what}" }.Start();
    }

    private void Run(JobQueue queue, WebhookSender sender, bool isExtra)
    {
        while (queue.TryTake(isExtra ? PatienceMs : -1, out var job))
        {
            try
            {
                Handle(queue, sender, job);
            }
#pragma warning disable CA1031 // One bad delivery must not end its sender: the rest of the queue would wait for ever.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _log.SenderFailed(Endpoint.Number, Endpoint.Name, fault);
                Finish(queue, job, DeliveryResult.Failed);
            }
        }

        lock (_gate)
        {
            _senders.Remove(sender);
            _promptSenders -= isExtra ? 1 : 0;
        }

        sender.Dispose();
    }

    private void Handle(JobQueue queue, WebhookSender sender, WebhookJob job)
    {
        if (_offReason is not null)
        {
            Finish(queue, job, DeliveryResult.NoReceiver);
            return;
        }

        // Before the breaker, so that a killed or late prompt ends as that and not as failed; the sender looks again when it writes.
        var attempt =
            !job.MayGo ? new Attempt(AttemptEnd.GateClosed) :
            job.IsPrompt && Moment.From(_time.GetUtcNow()) >= job.Request.ExpiresAt ? new Attempt(AttemptEnd.Late) :
            Interlocked.Read(ref _pausedUntilMs) > Environment.TickCount64 ? new Attempt(AttemptEnd.Broken) :
            Through(sender, job);
        switch (attempt.End)
        {
            case AttemptEnd.Delivered:
                Finish(queue, job, DeliveryResult.Sent);
                break;
            case AttemptEnd.GateClosed when job.IsPrompt || job.IsErased:
                Finish(queue, job, DeliveryResult.Withdrawn);
                break;
            case AttemptEnd.GateClosed:
                // A person asked to be called: the kill switch holds that back, it does not forget it.
                Defer(queue, job, GateRecheckMs);
                break;
            case AttemptEnd.Late:
                Finish(queue, job, DeliveryResult.Expired);
                break;
            case AttemptEnd.Gone:
                SwitchOff();
                Finish(queue, job, DeliveryResult.Failed);
                break;
            case AttemptEnd.AddressRefused:
                _log.AddressRefused(Endpoint.Number, Endpoint.Name);
                Finish(queue, job, DeliveryResult.Failed);
                break;
            case AttemptEnd.Refused:
                _log.Refused(Endpoint.Number, Endpoint.Name, attempt.Status);
                if (job.IsPrompt)
                {
                    Finish(queue, job, DeliveryResult.Failed);
                }
                else
                {
                    Retry(queue, job, attempt);
                }

                break;
            case AttemptEnd.Busy:
            case AttemptEnd.Unreachable:
            case AttemptEnd.TimedOut:
            case AttemptEnd.Broken:
                Retry(queue, job, attempt);
                break;
            default:
                throw new InvalidOperationException($"No such end: {attempt.End}.");
        }
    }

    private Attempt Through(WebhookSender sender, WebhookJob job)
    {
        var context = ResilienceContextPool.Shared.Get();
        try
        {
            // The callback never waits on a task, so neither does the pipeline: this thread does all the work.
            var outcome = _breaker.ExecuteOutcomeAsync(
                static (_, state) => ValueTask.FromResult(Outcome.FromResult(state.sender.Try(state.job))), context, (sender, job));
            var result = outcome.IsCompleted ? outcome.Result : outcome.AsTask().GetAwaiter().GetResult();
            if (result.Exception is not null)
            {
                return result.Exception is BrokenCircuitException
                    ? new Attempt(AttemptEnd.Broken)
                    : throw new InvalidOperationException("A webhook attempt failed in an unforeseen way.", result.Exception);
            }

            return result.Result;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private void Retry(JobQueue queue, WebhookJob job, in Attempt attempt)
    {
        // What never left this machine does not count as an attempt.
        job.Attempts += attempt.End == AttemptEnd.Broken && job.Attempts > 0 ? 0 : 1;
        var delay = job.IsPrompt
            ? RetryDelay.Backoff(job.Attempts, _options.PromptRetryDelay, _options.MaxPromptRetryDelay, _wiring.Chance())
            : RetryDelay.Backoff(job.Attempts, _options.HandoffRetryDelay, _options.MaxHandoffRetryDelay, _wiring.Chance());
        if (attempt.RetryAfter is { } asked)
        {
            delay = asked > delay ? asked : delay;
            // The wish holds for everything to this address.
            Interlocked.Exchange(ref _pausedUntilMs, Environment.TickCount64 + (long)asked.TotalMilliseconds);
        }

        if (attempt.End == AttemptEnd.Broken && Interlocked.Read(ref _pausedUntilMs) - Environment.TickCount64 is var pausedMs && pausedMs > delay.TotalMilliseconds)
        {
            delay = TimeSpan.FromMilliseconds(pausedMs);
        }

        if (job.IsPrompt && Moment.From(_time.GetUtcNow()) + delay >= job.Request.ExpiresAt)
        {
            Finish(queue, job, DeliveryResult.Failed);
            return;
        }

        Counts.AddRetry();
        Defer(queue, job, (long)Math.Ceiling(delay.TotalMilliseconds));
    }

    private void Defer(JobQueue queue, WebhookJob job, long delayMs)
    {
        job.DueMs = Environment.TickCount64 + delayMs;
        if (!queue.TryDefer(job))
        {
            Finish(queue, job, job.IsErased ? DeliveryResult.Withdrawn : DeliveryResult.Failed);
        }
    }

    private void SwitchOff()
    {
        const string reason = "The receiver answered 410 Gone: it wants no more webhooks. Switch the address on again when that has changed.";
        lock (_gate)
        {
            if (_offReason is not null)
            {
                return;
            }

            _offReason = reason;
        }

        _log.SwitchedOff(Endpoint.Number, Endpoint.Name);
        _switchOff(Endpoint.Number, reason);
    }

    private void Finish(JobQueue queue, WebhookJob job, DeliveryResult result)
    {
        queue.Finish(job);
        End(job, result);
    }

    private void End(WebhookJob job, DeliveryResult result)
    {
        Counts.Add(result);
        try
        {
            job.Observer.OnDelivered(job.Request, result, Moment.From(_time.GetUtcNow()));
        }
#pragma warning disable CA1031 // The observer is somebody else's code; the sender goes on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _log.ObserverFailed(fault);
        }
    }

    private (WebhookHealth Health, string? Says) Describe()
    {
        if (_offReason is { } reason)
        {
            return (WebhookHealth.Disabled, reason);
        }

        if (Interlocked.Read(ref _pausedUntilMs) - Environment.TickCount64 is var pausedMs && pausedMs > 0)
        {
            return (WebhookHealth.Recovering, $"The receiver asked us to wait; we send again in {(pausedMs + 999) / 1000} s.");
        }

        return _breakerState.CircuitState switch
        {
            CircuitState.Closed => (WebhookHealth.Healthy, null),
            CircuitState.HalfOpen => (WebhookHealth.Recovering, "The receiver failed; one delivery tries whether it answers again."),
            CircuitState.Open or CircuitState.Isolated => (WebhookHealth.Failing, "At least half of the last attempts failed; nothing is sent for some seconds."),
            var other => throw new InvalidOperationException($"No such state: {other}."),
        };
    }
}
