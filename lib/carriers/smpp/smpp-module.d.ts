/** What Kamurj uses of the `smpp` package (0.5.1), which ships no types. */
declare module "smpp" {
  import type { EventEmitter } from "node:events";
  import type { Server as NetServer, Socket } from "node:net";

  export type MessageField = Buffer | string | { readonly message?: Buffer | string; readonly udh?: readonly Buffer[] };

  export type Pdu = {
    readonly command: string;
    readonly command_id: number;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly system_id?: string;
    readonly password?: string;
    readonly message_id?: string;
    readonly source_addr?: string;
    readonly source_addr_ton?: number;
    readonly destination_addr?: string;
    readonly esm_class?: number;
    readonly data_coding?: number;
    readonly registered_delivery?: number;
    readonly interface_version?: number;
    readonly validity_period?: Date | string;
    readonly short_message?: MessageField;
    readonly message_payload?: MessageField;
    readonly sar_msg_ref_num?: number;
    readonly sar_total_segments?: number;
    readonly sar_segment_seqnum?: number;
    readonly receipted_message_id?: string;
    readonly message_state?: number;
    readonly network_error_code?: Buffer;
    response(options?: Readonly<Record<string, unknown>>): Pdu;
    isResponse(): boolean;
    toBuffer(): Buffer;
  };

  /** False when the socket can no longer be written: nothing left. */
  type Send = (options: Readonly<Record<string, unknown>>, onResponse?: (pdu: Pdu) => void) => boolean;

  export type Session = EventEmitter & {
    readonly socket: Socket;
    send(pdu: Pdu, onResponse?: (pdu: Pdu) => void): boolean;
    close(callback?: () => void): void;
    destroy(callback?: () => void): void;
    readonly bind_transceiver: Send;
    readonly bind_transmitter: Send;
    readonly bind_receiver: Send;
    readonly submit_sm: Send;
    readonly deliver_sm: Send;
    readonly enquire_link: Send;
    readonly unbind: Send;
  };

  export type Server = NetServer & { readonly sessions: readonly Session[] };

  export type ConnectOptions = {
    readonly host: string;
    readonly port: number;
    readonly tls?: boolean;
    readonly servername?: string;
    readonly ca?: string;
  };

  export type ServerOptions = { readonly key: string; readonly cert: string };

  const smpp: {
    readonly PDU: {
      new (command: string, options?: Readonly<Record<string, unknown>>): Pdu;
      fromBuffer(buffer: Buffer): Pdu | false;
      /** Takes the first four octets off a stream; false when they are not there yet. */
      commandLength: (stream: Socket) => number | false;
    };
    connect(options: ConnectOptions): Session;
    createServer(listener: (session: Session) => void): Server;
    /** Over TLS. */
    createServer(options: ServerOptions, listener: (session: Session) => void): Server;
  };
  export default smpp;
}
