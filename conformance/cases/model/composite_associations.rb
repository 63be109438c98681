# run: migrate
class Order < ActiveRecord::Base
  has_many :lines, foreign_key: [:shop, :order_number], dependent: :destroy
  has_many :notes, foreign_key: [:shop, :order_number], dependent: :nullify, class_name: "Remark"
  has_many :labels, foreign_key: [:shop, :order_number], dependent: :delete_all
  has_one :invoice, foreign_key: [:shop, :order_number], dependent: :destroy
  has_many :payments, through: :lines
end

class Line < ActiveRecord::Base
  belongs_to :order, foreign_key: [:shop, :order_number]
  has_many :payments
end

class Payment < ActiveRecord::Base
  belongs_to :line
end

class Remark < ActiveRecord::Base
  belongs_to :order, foreign_key: [:shop, :order_number], optional: true
end

class Label < ActiveRecord::Base
end

class Invoice < ActiveRecord::Base
  belongs_to :order, foreign_key: [:shop, :order_number], primary_key: [:shop, :number]
end

class Loose < ActiveRecord::Base
  belongs_to :invoice, foreign_key: [:a, :b], primary_key: [:shop, :order_number], optional: true
end

class CompositeAssociations < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_tables
    building
    loading
    assigning
    conditions
    joining
    preloading
    replacing
    ending
  end

  private

  def create_tables
    create_table(:orders, primary_key: [:shop, :number]) { |t| t.integer :shop; t.integer :number; t.string :name }
    create_table(:lines) { |t| t.integer :shop; t.integer :order_number; t.string :name }
    create_table(:payments) { |t| t.bigint :line_id; t.integer :cents }
    create_table(:remarks) { |t| t.integer :shop; t.integer :order_number; t.string :text }
    create_table(:labels) { |t| t.integer :shop; t.integer :order_number }
    create_table(:invoices) { |t| t.integer :shop; t.integer :order_number; t.string :code }
    create_table(:looses) { |t| t.integer :a; t.integer :b }
  end

  def attempt
    say yield.inspect
  rescue => e
    say "#{e.class}: #{e.message}"
  end

  def building
    order = Order.create!(id: [1, 1], name: "a")
    line = order.lines.create!(name: "x")
    say [line.shop, line.order_number].inspect
    order.lines.build(name: "y").save!
    order.lines << Line.new(name: "z")
    order.notes.create!([{ text: "n" }, { text: "m" }])
    order.labels.create!
    invoice = order.create_invoice!(code: "i")
    say [invoice.shop, invoice.order_number, invoice.order.id].inspect
    other = Order.new(id: [1, 2], name: "b", lines: [Line.new(name: "u"), Line.new(name: "v")])
    other.build_invoice(code: "j")
    other.save!
    say other.lines.map { |one| [one.shop, one.order_number] }.inspect
    line = Line.create!(name: "w", order: Order.new(id: [2, 1], name: "c"))
    say [line.shop, line.order_number].inspect
    line.payments.create!(cents: 5)
    attempt { Line.create!(name: "nobody") }
    attempt { Line.create!(name: "half", shop: 1) }
  end

  def loading
    order = Order.find([1, 1])
    say order.lines.map(&:name).sort.inspect
    say [order.lines.size, order.lines.count, order.lines.loaded?, order.lines.exists?, order.lines.empty?].inspect
    say order.lines.where(name: "x").first.order.id.inspect
    say [order.line_ids, order.invoice.code, order.notes.pluck(:text).sort].inspect
    say [order.lines.include?(Line.first), order.lines.find(Line.first.id).name].inspect
    line = Line.find_by(name: "w")
    say [line.order.id, line.order.lines.size].inspect
    say Remark.new.order.inspect
    say Remark.new(shop: 1).order.inspect
    say Remark.new(shop: 1, order_number: 1).order.name.inspect
    say Order.find([2, 1]).payments.map(&:cents).inspect
    loose = Loose.create!(invoice: Invoice.first)
    say [loose.a, loose.b, loose.reload.invoice.code].inspect
    say [Order.reflect_on_association(:lines).foreign_key, Line.reflect_on_association(:order).association_primary_key].inspect
  end

  def assigning
    line = Line.find_by(name: "x")
    line.order = Order.find([1, 2])
    say [line.shop, line.order_number, line.changed, line.order_changed?].inspect
    line.save!
    line.update!(order_number: 1)
    say line.order.id.inspect
    remark = Remark.first
    remark.order = nil
    say remark.changed.inspect
    remark.save!
    remark.update!(order: Order.find([2, 1]))
    order = Order.find([2, 1])
    order.invoice = Invoice.new(code: "k")
    order.invoice = Invoice.new(code: "l")
    say order.reload_invoice.code.inspect
    order.notes = [Remark.new(text: "only")]
    say Remark.order(:id).pluck(:shop, :order_number, :text).inspect
  end

  def conditions
    one, other = Order.find([1, 1]), Order.find([1, 2])
    say Line.where(order: one).order(:id).pluck(:name).inspect
    say Line.where(order: [one, other]).order(:id).pluck(:name).inspect
    say Line.where.not(order: one).order(:id).pluck(:name).inspect
    say Line.where(order: Order.where(name: "c")).pluck(:name).inspect
    say Remark.where(order: nil).pluck(:text).inspect
    say Line.where(order: one).new.attributes.slice("shop", "order_number").inspect
    attempt { Line.where(order: 1).to_a }
    say Line.find_by(order: other).name.inspect
    say Order.where(lines: { name: "w" }).joins(:lines).map(&:id).inspect
  end

  def joining
    say Order.joins(:lines).distinct.order(:shop, :number).map(&:id).inspect
    say Line.joins(:order).where(orders: { name: "b" }).order(:id).pluck(:name).inspect
    say Order.left_outer_joins(:invoice).where(invoices: { id: nil }).map(&:id).inspect
    say Order.joins(lines: :payments).map(&:id).inspect
    say Order.joins(:payments).map(&:id).inspect
    say Order.where.missing(:labels).order(:shop, :number).map(&:id).inspect
    say Order.where.associated(:invoice).order(:shop, :number).map(&:id).inspect
    say Line.where.missing(:order).count.inspect
    say Line.where.associated(:order).count.inspect
    say Line.group(:shop, :order_number).count.sort_by(&:to_s).inspect
    say Order.joins(:lines).group(:shop, :number).count.sort_by(&:to_s).inspect
  end

  def preloading
    Order.includes(:lines, :invoice).order(:shop, :number).each { |o| say [o.id, o.lines.map(&:name).sort, o.invoice&.code].inspect }
    Line.preload(:order).order(:id).each { |line| say [line.name, line.order&.name].inspect }
    Remark.preload(:order).order(:id).each { |remark| say [remark.text, remark.order&.name].inspect }
    Order.eager_load(:lines, :notes).order(:shop, :number).each { |o| say [o.id, o.lines.size, o.notes.size].inspect }
    Order.includes(:lines).where(lines: { name: %w[x w] }).each { |o| say [o.id, o.lines.map(&:name)].inspect }
    say Order.eager_load(:lines).order(:name).limit(2).map(&:id).inspect
    say Order.eager_load(:lines).order(:name).limit(2).offset(5).map(&:id).inspect
    say Order.eager_load(:lines).count.inspect
    say Order.eager_load(:lines).ids.sort.inspect
    say Order.eager_load(:lines).pluck(:name).sort.inspect
    Order.preload(:payments).order(:shop, :number).each { |o| say [o.id, o.payments.map(&:cents)].inspect }
  end

  def replacing
    order = Order.find([1, 2])
    order.lines.delete(order.lines.first)
    order.lines.destroy(order.lines.first)
    say order.lines.reload.size.inspect
    order.update!(lines: [Line.new(name: "p"), Line.new(name: "q")])
    order.lines.find_by(name: "p").update!(name: "r")
    say order.lines.find_or_create_by!(name: "s").attributes.except("id").inspect
    say order.lines.update_all(name: "t").inspect
    order.notes << Remark.last
    order.notes.delete_all
    order.labels.create!
    order.labels.delete(order.labels.first)
    order.lines.delete_all
    say [order.lines.count, Remark.where(shop: nil).count].inspect
  end

  def ending
    Order.find([1, 1]).destroy
    say [Line.count, Label.count, Invoice.count, Remark.where(shop: nil).count].inspect
    Order.destroy_all
    say [Line.count, Label.count, Invoice.count].inspect
  end
end
