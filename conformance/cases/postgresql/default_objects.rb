# adapters: postgresql
# run: migrate
class DefaultObjects < ActiveRecord::Migration[8.1]
  def change
    create_table :hosts do |t|
      t.cidr :net, default: IPAddr.new("10.0.0.0/8")
      t.inet :address, default: IPAddr.new("::1")
      t.point :place, default: ActiveRecord::Point.new(1, 2.5)
      t.interval :age, default: 1.day
      t.int4range :ports, default: 1...5
    end
  end
end
