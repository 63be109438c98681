# adapters: postgresql
# run: migrate
class Machine < ActiveRecord::Base
end

class NetworkAddresses < ActiveRecord::Migration[8.1]
  def up
    create_table(:machines) { |t| t.string :name; t.inet :address, default: "10.0.0.1"; t.cidr :network; t.inet :others, array: true }
    machine = Machine.new(name: "a")
    say [machine.address, machine.network, machine.address.class].inspect
    machine.address = "192.168.1.20/24"
    machine.network = IPAddr.new("172.16.0.0/12")
    machine.others = ["10.1.1.1", IPAddr.new("fe80::1")]
    say machine.attributes.inspect
    machine.save!
    machine = Machine.find(machine.id)
    say [machine.address.to_s, machine.address.prefix, machine.network.to_s, machine.network.prefix].inspect
    say machine.others.inspect
    say machine.changed?.inspect
    machine.network = "172.16.0.0/16"
    say machine.changes.inspect
    machine.network = "172.16.0.0/12"
    say machine.changed?.inspect
    machine.address = "nonsense"
    say machine.address.inspect
    machine.address = "2001:db8::ff00:42:8329"
    machine.save!
    say machine.reload.address.to_s
    say Machine.where(address: "2001:db8::ff00:42:8329").count
    say Machine.where(address: IPAddr.new("2001:db8::ff00:42:8329")).to_sql
    say Machine.where(network: [IPAddr.new("172.16.0.0/12"), "10.0.0.0/8"]).count
    say Machine.where("address << ?", "2001:db8::/32").pluck(:address).map(&:to_s).inspect
    Machine.update_all(network: IPAddr.new("10.0.0.0/8"))
    Machine.insert_all!([{ name: "b", address: IPAddr.new("1.2.3.4"), network: "1.2.3.0/24" }])
    Machine.order(:id).find_each { |one| say [one.address.ipv4?, one.network.include?("10.2.3.4"), one.network.to_range.last.to_s].inspect }
    machine.update_columns(network: IPAddr.new("11.0.0.0/8"))
    say machine.as_json.slice("address", "network").inspect
  end
end
