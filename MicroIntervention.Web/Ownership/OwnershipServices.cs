using MicroIntervention.Web.Features.Data;
using MicroIntervention.Web.Identity;
using MicroIntervention.Web.Live;
using MicroIntervention.Web.Ownership.Odcs;
using MicroIntervention.Web.Storage;

namespace MicroIntervention.Web.Ownership;

/// <summary>Adds contracts about signals and outcomes, and the watch over them.</summary>
internal static class OwnershipServices
{
    public static void AddOwnership(this IServiceCollection services)
    {
        services.AddSingleton<ContractStore>();
        services.AddSingleton<MeasureStore>();
        services.AddSingleton<NoticeStore>();
        services.AddSingleton<SignalCensus>();
        services.AddSingleton<ContractDesk>();
        services.AddSingleton(new LatestValue<SignalBoard>(SignalBoard.None));
        services.AddSingleton<SignalPageSources>();
        services.AddHostedService<ContractWatch>();
    }

    public static void MapOwnership(this WebApplication app) =>
        app.MapGet("/data/contracts/{subject}/{**name}", ContractFile.Get).RequireAuthorization(ConsoleAction.ContractsView).ExcludeFromDescription();
}
