package kontor.interop;

import java.util.Set;
import org.eclipse.edc.connector.controlplane.asset.spi.domain.Asset;
import org.eclipse.edc.connector.controlplane.transfer.spi.flow.DataFlowController;
import org.eclipse.edc.connector.controlplane.transfer.spi.flow.DataFlowManager;
import org.eclipse.edc.connector.controlplane.transfer.spi.observe.TransferProcessListener;
import org.eclipse.edc.connector.controlplane.transfer.spi.observe.TransferProcessObservable;
import org.eclipse.edc.connector.controlplane.transfer.spi.observe.TransferProcessStartedData;
import org.eclipse.edc.connector.controlplane.transfer.spi.types.DataFlowResponse;
import org.eclipse.edc.connector.controlplane.transfer.spi.types.TransferProcess;
import org.eclipse.edc.policy.model.Policy;
import org.eclipse.edc.runtime.metamodel.annotation.Inject;
import org.eclipse.edc.spi.response.StatusResult;
import org.eclipse.edc.spi.system.ServiceExtension;
import org.eclipse.edc.spi.system.ServiceExtensionContext;
import org.eclipse.edc.spi.types.domain.DataAddress;

/**
 * What stands in for a data plane of EDC: every asset can be pulled from where it is, and the address that EDC is given as
 * consumer is printed, because nothing else of the control plane shows it.
 */
public class InteropFlows implements ServiceExtension, DataFlowController, TransferProcessListener {
    private static final String PULL = "HttpData-PULL";

    @Inject
    private DataFlowManager flows;
    @Inject
    private TransferProcessObservable observable;

    @Override
    public void initialize(ServiceExtensionContext context) {
        flows.register(100, this);
        observable.registerListener(this);
    }

    @Override
    public boolean canHandle(TransferProcess process) {
        return PULL.equals(process.getTransferType());
    }

    @Override
    public Set<String> transferTypesFor(Asset asset) {
        return Set.of(PULL);
    }

    @Override
    public StatusResult<DataFlowResponse> prepare(TransferProcess process, Policy policy) {
        return StatusResult.success(DataFlowResponse.Builder.newInstance().build());
    }

    @Override
    public StatusResult<DataFlowResponse> start(TransferProcess process, Policy policy) {
        var source = process.getContentDataAddress().getStringProperty("baseUrl");
        var address = DataAddress.Builder.newInstance()
                .type("https://w3id.org/idsa/v4.1/HTTP")
                .property("endpoint", source)
                .property("endpointType", "https://w3id.org/idsa/v4.1/HTTP")
                .property("authorization", "token-of-" + process.getId())
                .build();
        return StatusResult.success(DataFlowResponse.Builder.newInstance().dataAddress(address).build());
    }

    @Override
    public StatusResult<Void> suspend(TransferProcess process) {
        return StatusResult.success();
    }

    @Override
    public StatusResult<Void> terminate(TransferProcess process) {
        return StatusResult.success();
    }

    @Override
    public void started(TransferProcess process, TransferProcessStartedData data) {
        var address = data.getDataAddress();
        if (address == null) return;
        System.out.printf("ADDRESS %s %s %s%n", process.getId(), address.getStringProperty("endpoint"),
                address.getStringProperty("authorization"));
    }
}
