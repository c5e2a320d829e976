#include "runtime/transfer_process/signals.hpp"

#include "base/json/codec.hpp"

namespace kontor::runtime::transfer_process {

namespace dps = protocol::dps;
using dps::Operation;

namespace {

dps::DataFlowBaseMessage base_of(const transfer::Flow& flow, const std::string& message_id) {
  return {.message_id = dps::MessageId(message_id),
          .participant_id = flow.participant.str(),
          .counter_party_id = flow.counter_party.str(),
          .dataspace_context = flow.profile,
          .process_id = dps::ProcessId(flow.process.str()),
          .agreement_id = flow.subject.agreement,
          .dataset_id = flow.subject.dataset,
          .profile = flow.subject.transfer_type,
          .claims = flow.subject.claims,
          .labels = flow.metadata.labels,
          .metadata = flow.metadata.properties,
          .callback_address = {}};
}

template <class Message>
json::Object body_of(const Message& message) {
  return std::move(write(message).get_object());
}

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};

}  // namespace

std::optional<FlowSignal> signal_of(const transfer::Effect& effect, const std::string& id) {
  using Signal = std::optional<FlowSignal>;
  const auto to_peer = [](const auto&) { return Signal(); };
  const auto to_plane = [](const transfer::Flow& flow, Operation operation, const auto& message) {
    return Signal(FlowSignal{flow, {operation, body_of(message), flow.role}});
  };
  return std::visit(
      Match{[&](const transfer::PrepareFlow& each) {
              return to_plane(each.flow, Operation::prepare,
                              dps::DataFlowPrepareMessage{base_of(each.flow, id)});
            },
            [&](const transfer::StartFlow& each) {
              return to_plane(each.flow, Operation::start,
                              dps::DataFlowStartMessage{base_of(each.flow, id), each.data_address});
            },
            [&](const transfer::NotifyFlowStarted& each) {
              return to_plane(each.flow, Operation::started,
                              dps::DataFlowStartedNotificationMessage{dps::MessageId(id), each.data_address});
            },
            [&](const transfer::SuspendFlow& each) {
              return to_plane(each.flow, Operation::suspend,
                              dps::DataFlowSuspendMessage{dps::MessageId(id), each.reason});
            },
            [&](const transfer::ResumeFlow& each) {
              auto signal = to_plane(each.flow, Operation::resume,
                                     dps::DataFlowResumeMessage{dps::MessageId(id), each.data_address});
              signal->signal.order =
                  body_of(dps::DataFlowStartMessage{base_of(each.flow, id), each.data_address});
              return signal;
            },
            [&](const transfer::TerminateFlow& each) {
              return to_plane(each.flow, Operation::terminate,
                              dps::DataFlowTerminateMessage{dps::MessageId(id), each.reason});
            },
            [&](const transfer::CompleteFlow& each) {
              return to_plane(each.flow, Operation::completed,
                              dps::DataFlowCompletedMessage{dps::MessageId(id)});
            },
            [&](const transfer::RenewToken& each) { return to_peer(each); },
            [&](const transfer::SendRequest& each) { return to_peer(each); },
            [&](const transfer::SendStart& each) { return to_peer(each); },
            [&](const transfer::SendCompletion& each) { return to_peer(each); },
            [&](const transfer::SendSuspension& each) { return to_peer(each); },
            [&](const transfer::SendTermination& each) { return to_peer(each); },
            [](const transfer::JudgePolicy&) { return Signal(); },
            [](const domain::callback::Tell&) { return Signal(); },
            [](const transfer::TellOpener&) { return Signal(); }},
      effect);
}

transfer::Event event_of(Operation operation, DataPlanes::Answer answer) {
  switch (operation) {
    case Operation::prepare:
      if (answer.pending) return transfer::FlowPending{answer.data_plane, std::move(answer.choice)};
      return transfer::FlowPrepared{answer.data_plane, std::move(answer.status.data_address),
                                    std::move(answer.choice)};
    case Operation::start:
      if (answer.pending) return transfer::FlowPending{answer.data_plane, std::move(answer.choice)};
      return transfer::FlowStarted{answer.data_plane, std::move(answer.status.data_address),
                                   std::move(answer.choice)};
    case Operation::started:
      return transfer::FlowStarted{answer.data_plane, std::move(answer.status.data_address)};
    case Operation::suspend:
      return transfer::FlowSuspended{};
    case Operation::resume:
      return transfer::FlowResumed{std::move(answer.status.data_address)};
    case Operation::terminate:
      return transfer::FlowTerminated{};
    case Operation::completed:
      return transfer::FlowCompleted{};
    case Operation::status:
      break;
  }
  return transfer::FlowErrored{"the data plane was asked for nothing that changes the process"};
}

}  // namespace kontor::runtime::transfer_process
